import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { execOptions } from './exec.ts';

export const commitOptions = {
  author: { kind: 'text', short: 'a', summary: 'Who made it, e.g. "Ada <ada@example.com>"' },
  change: { kind: 'list', short: 'c', summary: 'Line of a Dockerfile to apply, e.g. CMD ["/bin/sh"]' },
  index: execOptions.index,
  message: { kind: 'text', short: 'm', summary: 'What its history says' },
  pause: {
    kind: 'flag',
    short: 'p',
    summary: 'Hold the processes of the container still meanwhile',
    default: true,
  },
} as const satisfies OptionTable;

export const commit = defineCommand({
  name: 'commit',
  summary: 'Make an image of a container as it is now',
  details:
    'What is mounted in the container, such as volumes, is not part of it. Without --index it is the first container that runs.',
  group: 'work',
  dryRun: 'shows-plan',
  options: commitOptions,
  arguments: [{ name: 'SERVICE', required: true }, { name: 'REPOSITORY[:TAG]' }],
  examples: [
    { command: 'flotilla commit web web:debug', shows: 'web with all that was changed in it' },
    { command: `flotilla commit -c 'CMD ["sh"]' web web:shell`, shows: 'The same with another command' },
  ],
  load: () => import('../actions/commit.ts'),
});
