import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const statsOptions = {
  all: { kind: 'flag', short: 'a', summary: 'Show stopped containers too' },
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  'no-stream': { kind: 'flag', summary: 'Show the first figures and end' },
  'no-trunc': { kind: 'flag', summary: 'Do not shorten the output' },
} as const satisfies OptionTable;

export const stats = defineCommand({
  name: 'stats',
  summary: 'Show what running containers take of the machine, until Ctrl+C',
  group: 'inspect',
  dryRun: 'as-usual',
  options: statsOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla stats', shows: 'Processor, memory, network and disks, every second' },
    { command: 'flotilla stats --no-stream --format json web', shows: 'Once, for scripts' },
  ],
  load: () => import('../actions/stats.ts'),
});
