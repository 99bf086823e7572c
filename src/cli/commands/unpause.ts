import { defineCommand } from '../command.ts';

export const unpause = defineCommand({
  name: 'unpause',
  summary: 'Let paused containers go on',
  group: 'run',
  dryRun: 'shows-plan',
  options: {},
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [{ command: 'flotilla unpause', shows: 'Have everything that is paused go on' }],
  load: () => import('../actions/unpause.ts'),
});
