import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const imageHistoryOptions = {
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  human: { kind: 'flag', short: 'H', summary: 'Sizes and times in words', default: true },
  'no-trunc': { kind: 'flag', summary: 'Do not shorten the output' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only ids' },
} as const satisfies OptionTable;

export const imageHistory = defineCommand({
  name: 'image history',
  aliases: ['history'],
  summary: 'Show the steps by which an image came about',
  group: 'manage',
  dryRun: 'as-usual',
  options: imageHistoryOptions,
  arguments: [{ name: 'IMAGE', required: true }],
  examples: [
    { command: 'flotilla image history --no-trunc shop:1', shows: 'Its steps in full, the last one first' },
  ],
  load: () => import('../../actions/image/history.ts'),
});
