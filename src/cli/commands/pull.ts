import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const pullOptions = {
  'ignore-buildable': { kind: 'flag', summary: 'Leave alone what can be built' },
  'ignore-pull-failures': { kind: 'flag', summary: 'Pull what can be pulled and pass over the rest' },
  'include-deps': { kind: 'flag', summary: 'Pull what the services depend on, too' },
  policy: {
    kind: 'text',
    summary: 'When to pull, whatever the file says',
    choices: ['missing', 'always', 'if_not_present', 'never', 'build'],
  },
  quiet: { kind: 'flag', short: 'q', summary: 'Do not show progress' },
  // As for docker compose: pulls are always side by side.
  parallel: { kind: 'flag', summary: 'Accepted for docker compose', hidden: true, default: 'unset' },
  'no-parallel': { kind: 'flag', summary: 'Accepted for docker compose', hidden: true, default: 'unset' },
} as const satisfies OptionTable;

export const pull = defineCommand({
  name: 'pull',
  summary: 'Fetch the images of services',
  group: 'run',
  dryRun: 'shows-plan',
  options: pullOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla pull && flotilla up -d', shows: 'Replace what has a newer image' },
    { command: 'flotilla pull --policy missing --include-deps web', shows: 'Only what is not here yet' },
  ],
  load: () => import('../actions/pull.ts'),
});
