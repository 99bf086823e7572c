import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const eventsOptions = {
  json: { kind: 'flag', summary: 'Print JSON, an object per line' },
  since: {
    kind: 'text',
    value: 'time',
    summary: 'From this time on: 2026-01-02T13:23:37Z, or 42m before now',
  },
  until: { kind: 'text', value: 'time', summary: 'Up to this time' },
} as const satisfies OptionTable;

export const events = defineCommand({
  name: 'events',
  summary: 'Show what happens to containers',
  group: 'inspect',
  dryRun: 'as-usual',
  options: eventsOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla events web', shows: 'What happens to web from now on' },
    { command: 'flotilla events --since 1h --until 0s --json', shows: 'What the last hour brought' },
  ],
  load: () => import('../actions/events.ts'),
});
