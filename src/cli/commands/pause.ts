import { defineCommand } from '../command.ts';

export const pause = defineCommand({
  name: 'pause',
  summary: 'Hold the processes of running containers still',
  group: 'run',
  dryRun: 'shows-plan',
  options: {},
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [{ command: 'flotilla pause db', shows: 'What others do while the database does not answer' }],
  load: () => import('../actions/pause.ts'),
});
