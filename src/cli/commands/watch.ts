import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const watchOptions = {
  'no-up': { kind: 'flag', summary: 'Do not build and start the services first' },
  prune: {
    kind: 'flag',
    summary: 'Remove the images that rebuilding leaves without a name',
    default: true,
  },
  quiet: { kind: 'flag', summary: 'Do not show the output of builds' },
} as const satisfies OptionTable;

export const watch = defineCommand({
  name: 'watch',
  summary: 'Have containers follow the files that develop.watch names',
  group: 'run',
  dryRun: 'shows-plan',
  options: watchOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    {
      command: 'flotilla watch',
      shows: 'Build and start everything, then copy, restart or rebuild on each save',
    },
    { command: 'flotilla watch --no-up web', shows: 'Only watch for web, which runs already' },
  ],
  load: () => import('../actions/watch.ts'),
});
