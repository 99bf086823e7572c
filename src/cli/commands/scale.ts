import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const scaleOptions = {
  'no-deps': { kind: 'flag', summary: 'Leave what the services depend on alone' },
} as const satisfies OptionTable;

export const scale = defineCommand({
  name: 'scale',
  summary: 'Bring services to a number of containers',
  group: 'run',
  dryRun: 'shows-plan',
  options: scaleOptions,
  arguments: [{ name: 'SERVICE=REPLICAS', required: true, variadic: true }],
  examples: [{ command: 'flotilla scale web=3 worker=0', shows: 'Three containers of web, none of worker' }],
  load: () => import('../actions/scale.ts'),
});
