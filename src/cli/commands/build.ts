import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const buildOptions = {
  'build-arg': { kind: 'list', value: 'KEY=VALUE', summary: 'Set a variable of the build' },
  'no-cache': { kind: 'flag', summary: 'Build every step anew' },
  pull: { kind: 'flag', summary: 'Look for newer images that it begins with' },
  quiet: { kind: 'flag', short: 'q', summary: 'Do not show the output of the builder' },
  ssh: { kind: 'list', value: 'default|id=path', summary: 'Let the build use this SSH agent or key' },
  'with-dependencies': { kind: 'flag', summary: 'Build what the services depend on, too' },
} as const satisfies OptionTable;

export const build = defineCommand({
  name: 'build',
  summary: 'Build the images of services',
  group: 'run',
  dryRun: 'shows-plan',
  options: buildOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla build', shows: 'Every image that the file says how to build' },
    { command: 'flotilla build --no-cache --pull web', shows: 'web from scratch, on the newest base' },
  ],
  load: () => import('../actions/build.ts'),
});
