import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const createOptions = {
  build: { kind: 'flag', summary: 'Build images before' },
  'force-recreate': { kind: 'flag', summary: 'Recreate containers although nothing changed' },
  'no-build': { kind: 'flag', summary: 'Do not build images, even when they are missing' },
  'no-recreate': { kind: 'flag', summary: 'Keep existing containers although their definition changed' },
  pull: {
    kind: 'text',
    value: 'policy',
    summary: 'When to pull images',
    choices: ['always', 'missing', 'if_not_present', 'never', 'build', 'policy'],
    default: 'policy',
  },
  'quiet-pull': { kind: 'flag', summary: 'Do not show the progress of pulls' },
  'remove-orphans': {
    kind: 'flag',
    summary: 'Remove containers of services that are no longer in the file',
    default: 'unset',
  },
  scale: { kind: 'list', value: 'SERVICE=NUM', summary: 'Make this many containers of a service' },
  yes: { kind: 'flag', short: 'y', summary: 'Say yes to every question', oldNames: ['y'] },
} as const satisfies OptionTable;

export const create = defineCommand({
  name: 'create',
  summary: 'Create containers without starting them',
  group: 'run',
  dryRun: 'shows-plan',
  options: createOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla create && flotilla start', shows: 'What `flotilla up -d` does, in two steps' },
  ],
  load: () => import('../actions/create.ts'),
});
