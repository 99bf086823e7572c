import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const psOptions = {
  all: { kind: 'flag', short: 'a', summary: 'Show stopped containers too' },
  filter: { kind: 'list', value: 'status=STATE', summary: 'Show only containers in this state' },
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  'no-trunc': { kind: 'flag', summary: 'Do not shorten the output' },
  orphans: {
    kind: 'flag',
    summary: 'Include containers of services that are not in the file',
    default: true,
  },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only ids' },
  services: { kind: 'flag', summary: 'Show only the names of services' },
  status: { kind: 'list', value: 'state', summary: 'Show only containers in this state' },
} as const satisfies OptionTable;

export const ps = defineCommand({
  name: 'ps',
  summary: 'List containers',
  group: 'inspect',
  dryRun: 'as-usual',
  options: psOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla ps', shows: 'What runs' },
    { command: 'flotilla ps -a --format json', shows: 'Everything, for scripts' },
  ],
  load: () => import('../actions/ps.ts'),
});
