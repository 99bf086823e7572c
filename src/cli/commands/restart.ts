import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { upOptions } from './up.ts';

export const restartOptions = {
  'no-deps': { kind: 'flag', summary: 'Leave alone those that ask to be restarted with a dependency' },
  timeout: upOptions.timeout,
} as const satisfies OptionTable;

export const restart = defineCommand({
  name: 'restart',
  summary: 'Restart services',
  group: 'run',
  dryRun: 'shows-plan',
  options: restartOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    {
      command: 'flotilla restart web',
      shows: 'Restart web, and who asks for it with depends_on.web.restart',
    },
  ],
  load: () => import('../actions/restart.ts'),
});
