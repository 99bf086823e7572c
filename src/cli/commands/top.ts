import { defineCommand } from '../command.ts';

export const top = defineCommand({
  name: 'top',
  summary: 'List the processes in running containers',
  group: 'inspect',
  dryRun: 'as-usual',
  options: {},
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [{ command: 'flotilla top web', shows: 'What runs in the containers of web' }],
  load: () => import('../actions/top.ts'),
});
