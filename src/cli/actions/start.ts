import { previewStart, start } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { startOptions } from '../commands/start.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext<typeof startOptions>): Promise<number> {
  const { wait, waitTimeout } = context.options;
  const flags = { wait, ...(waitTimeout === undefined ? {} : { waitTimeoutMs: waitTimeout * 1000 }) };
  return runLifecycle(context, {
    preview: (session, request) => previewStart(session, { ...request, ...flags }),
    run: (session, request) => start(session, { ...request, ...flags }),
  });
}
