import { previewStop, stop } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { stopOptions } from '../commands/stop.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext<typeof stopOptions>): Promise<number> {
  const { timeout } = context.options;
  const flags = {
    reason: 'stop was asked for',
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  };
  return runLifecycle(context, {
    preview: (session, request) => previewStop(session, { ...request, ...flags }),
    run: (session, request) => stop(session, { ...request, ...flags }),
  });
}
