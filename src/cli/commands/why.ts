import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const whyOptions = {
  json: { kind: 'flag', summary: 'Print the answer as JSON' },
} as const satisfies OptionTable;

export const why = defineCommand({
  name: 'why',
  summary: 'Tell what up would do with a service, field by field',
  group: 'inspect',
  dryRun: 'as-usual',
  options: whyOptions,
  arguments: [{ name: 'SERVICE', required: true }],
  examples: [
    {
      command: 'flotilla why web',
      shows: 'Which settings of web differ from its containers, and where they stand',
    },
  ],
  load: () => import('../actions/why.ts'),
});
