import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { upOptions } from './up.ts';

export const startOptions = {
  wait: { kind: 'flag', summary: 'Wait until services are running or healthy' },
  'wait-timeout': upOptions['wait-timeout'],
} as const satisfies OptionTable;

export const start = defineCommand({
  name: 'start',
  summary: 'Start containers that exist',
  group: 'run',
  dryRun: 'shows-plan',
  options: startOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla start', shows: 'Start everything that was stopped' },
    {
      command: 'flotilla start --wait web',
      shows: 'Start web and what it depends on, and return when it is ready',
    },
  ],
  load: () => import('../actions/start.ts'),
});
