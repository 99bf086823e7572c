import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const downOptions = {
  'remove-orphans': {
    kind: 'flag',
    summary: 'Remove containers of services that are no longer in the file',
    default: 'unset',
  },
  rmi: {
    kind: 'text',
    value: 'type',
    summary: 'Remove images too: "local" those without a name of their own, "all" every one',
    choices: ['local', 'all'],
  },
  timeout: {
    kind: 'integer',
    short: 't',
    summary: 'Seconds between the stop signal and killing a container',
  },
  volumes: {
    kind: 'flag',
    short: 'v',
    summary: 'Remove named volumes of the file and anonymous ones: their data is lost',
    oldNames: ['volume'],
  },
} as const satisfies OptionTable;

export const down = defineCommand({
  name: 'down',
  summary: 'Stop and remove containers and networks',
  group: 'run',
  dryRun: 'shows-plan',
  options: downOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla down', shows: 'Take the project away and keep its volumes' },
    { command: 'flotilla down -v', shows: 'Take its volumes away too' },
  ],
  load: () => import('../actions/down.ts'),
});
