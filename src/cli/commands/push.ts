import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const pushOptions = {
  'ignore-push-failures': { kind: 'flag', summary: 'Push what can be pushed and pass over the rest' },
  'include-deps': { kind: 'flag', summary: 'Push what the services depend on, too' },
  quiet: { kind: 'flag', short: 'q', summary: 'Do not show progress' },
} as const satisfies OptionTable;

export const push = defineCommand({
  name: 'push',
  summary: 'Send the images of services to their registries',
  group: 'run',
  dryRun: 'shows-plan',
  options: pushOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla push', shows: 'Every image that is built here and has a name of its own' },
    { command: 'flotilla push --ignore-push-failures web', shows: 'Only that of web, when it can be' },
  ],
  load: () => import('../actions/push.ts'),
});
