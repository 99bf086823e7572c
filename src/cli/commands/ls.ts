import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const lsOptions = {
  all: { kind: 'flag', short: 'a', summary: 'Show projects of which nothing runs, too' },
  filter: { kind: 'list', value: 'filter', summary: 'Show only these: name=REGULAR_EXPRESSION' },
  format: { kind: 'text', summary: 'Form of the output', choices: ['table', 'json'], default: 'table' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only names' },
} as const satisfies OptionTable;

export const ls = defineCommand({
  name: 'ls',
  summary: 'List projects',
  group: 'inspect',
  dryRun: 'as-usual',
  options: lsOptions,
  arguments: [],
  examples: [
    { command: 'flotilla ls', shows: 'What runs on this engine' },
    { command: "flotilla ls -a --filter 'name=^shop' --format json", shows: 'Some projects, for scripts' },
  ],
  load: () => import('../actions/ls.ts'),
});
