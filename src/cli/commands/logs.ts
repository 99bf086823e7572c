import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const logsOptions = {
  follow: { kind: 'flag', short: 'f', summary: 'Keep printing what comes' },
  index: { kind: 'integer', summary: 'Only this replica of the service' },
  'no-color': { kind: 'flag', summary: 'Do not colour the output' },
  'no-log-prefix': { kind: 'flag', summary: "Do not print the container's name before each line" },
  since: {
    kind: 'text',
    value: 'time',
    summary: 'From this time on: 2026-01-02T13:23:37Z, or 42m before now',
  },
  tail: {
    kind: 'text',
    short: 'n',
    summary: 'Number of lines from the end of each container',
    default: 'all',
  },
  timestamps: { kind: 'flag', short: 't', summary: 'Print the time before each line' },
  until: { kind: 'text', value: 'time', summary: 'Up to this time' },
} as const satisfies OptionTable;

export const logs = defineCommand({
  name: 'logs',
  summary: 'Show the output of containers',
  group: 'inspect',
  dryRun: 'as-usual',
  options: logsOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla logs -f --tail 20 web', shows: 'The last 20 lines of web, and what comes' },
  ],
  load: () => import('../actions/logs.ts'),
});
