import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const imagesOptions = {
  format: { kind: 'text', summary: 'Form of the output', choices: ['table', 'json'], default: 'table' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only ids' },
} as const satisfies OptionTable;

export const images = defineCommand({
  name: 'images',
  summary: 'List the images of containers',
  group: 'inspect',
  dryRun: 'as-usual',
  options: imagesOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla images web', shows: 'Which image web runs' },
    { command: 'flotilla -p shop images -q', shows: 'The ids of all of the project shop' },
  ],
  load: () => import('../actions/images.ts'),
});
