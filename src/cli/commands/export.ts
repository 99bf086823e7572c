import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { execOptions } from './exec.ts';

export const exportOptions = {
  index: execOptions.index,
  output: { kind: 'text', short: 'o', value: 'file', summary: 'Write to a file instead of standard output' },
} as const satisfies OptionTable;

export const exportCommand = defineCommand({
  name: 'export',
  summary: "Make a tar archive of a container's file system",
  details:
    'What is mounted in the container, such as volumes, is not part of it. Without --index it is the first container that runs.',
  group: 'work',
  dryRun: 'shows-plan',
  options: exportOptions,
  arguments: [{ name: 'SERVICE', required: true }],
  examples: [
    { command: 'flotilla export -o web.tar web', shows: 'The files of web in one file' },
    { command: 'flotilla export web | tar t', shows: 'Their names' },
  ],
  load: () => import('../actions/export.ts'),
});
