import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const killOptions = {
  'remove-orphans': {
    kind: 'flag',
    summary: 'Also containers of services that are not in the file',
    default: 'unset',
  },
  signal: {
    kind: 'text',
    short: 's',
    summary: 'Signal to send',
    default: 'SIGKILL',
  },
} as const satisfies OptionTable;

export const kill = defineCommand({
  name: 'kill',
  summary: 'Send a signal to running containers',
  group: 'run',
  dryRun: 'shows-plan',
  options: killOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla kill web', shows: 'End web at once' },
    { command: 'flotilla kill -s SIGHUP web', shows: 'Have web read its configuration again' },
  ],
  load: () => import('../actions/kill.ts'),
});
