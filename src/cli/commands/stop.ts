import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { upOptions } from './up.ts';

export const stopOptions = {
  timeout: upOptions.timeout,
} as const satisfies OptionTable;

export const stop = defineCommand({
  name: 'stop',
  summary: 'Stop services and keep their containers',
  group: 'run',
  dryRun: 'shows-plan',
  options: stopOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla stop', shows: 'Stop everything, dependents first' },
    { command: 'flotilla stop -t 3 web', shows: 'Give web 3 seconds to end by itself' },
  ],
  load: () => import('../actions/stop.ts'),
});
