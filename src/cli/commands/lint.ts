import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const lintOptions = {
  disable: { kind: 'list', value: 'CODE', summary: 'Leave out a rule; may be given several times' },
  'fail-on': {
    kind: 'text',
    summary: 'From which severity on the exit code is 1',
    choices: ['error', 'warning', 'never'],
    default: 'error',
  },
  format: {
    kind: 'text',
    summary: 'Format of the output',
    choices: ['text', 'json', 'github'],
    default: 'text',
  },
  strict: { kind: 'flag', summary: 'Same as --fail-on warning' },
} as const satisfies OptionTable;

export const lint = defineCommand({
  name: 'lint',
  summary: 'Find deprecated and risky settings in the Compose files',
  details:
    'Findings can be switched off with --disable, or in the file with `x-flotilla: {lint: {disable: [CODE]}}`, at the top level or in a service.',
  group: 'inspect',
  dryRun: 'as-usual',
  options: lintOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla lint', shows: 'All findings, each with its line and what to do' },
    {
      command: 'flotilla lint --strict --disable lint.latest-tag',
      shows: 'For CI: fail on warnings too, but for one rule',
    },
    { command: 'flotilla lint --format github', shows: 'Annotations for a pull request' },
  ],
  load: () => import('../actions/lint.ts'),
});
