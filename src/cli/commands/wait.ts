import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const waitOptions = {
  'down-project': { kind: 'flag', summary: 'Remove the project once they have ended' },
} as const satisfies OptionTable;

export const wait = defineCommand({
  name: 'wait',
  summary: 'Wait until the containers of services end',
  details:
    'It exits with the exit code of the container that ends last. Containers that have ended already count with the code ' +
    'that they had.',
  group: 'run',
  options: waitOptions,
  arguments: [{ name: 'SERVICE', required: true, variadic: true }],
  examples: [
    { command: 'flotilla up -d && flotilla wait tests', shows: 'The outcome of a test run, for CI' },
    { command: 'flotilla wait --down-project tests', shows: 'The same, and nothing is left' },
  ],
  load: () => import('../actions/wait.ts'),
});
