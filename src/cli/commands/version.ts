import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const versionOptions = {
  format: { kind: 'text', short: 'f', summary: 'Format of the output', choices: ['pretty', 'json'] },
  short: { kind: 'flag', summary: "Show only Flotilla's version number" },
} as const satisfies OptionTable;

export const version = defineCommand({
  name: 'version',
  summary: 'Show the version of Flotilla',
  group: 'manage',
  dryRun: 'as-usual',
  options: versionOptions,
  arguments: [],
  examples: [{ command: 'flotilla version --format json', shows: 'For scripts' }],
  load: () => import('../actions/version.ts'),
});
