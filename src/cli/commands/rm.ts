import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const rmOptions = {
  all: { kind: 'flag', short: 'a', hidden: true, summary: 'Ignored' },
  force: { kind: 'flag', short: 'f', summary: 'Do not ask' },
  stop: { kind: 'flag', short: 's', summary: 'Stop what runs, and remove it too' },
  volumes: { kind: 'flag', short: 'v', summary: 'Remove anonymous volumes too' },
} as const satisfies OptionTable;

export const rm = defineCommand({
  name: 'rm',
  summary: 'Remove stopped containers',
  group: 'run',
  dryRun: 'shows-plan',
  options: rmOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla rm', shows: 'Remove what does not run, after a question' },
    { command: 'flotilla rm -fsv web', shows: 'Stop and remove web and its anonymous volumes' },
  ],
  load: () => import('../actions/rm.ts'),
});
