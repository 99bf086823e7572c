import { previewRestart, restart } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { restartOptions } from '../commands/restart.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext<typeof restartOptions>): Promise<number> {
  const { timeout, noDeps } = context.options;
  const flags = { dependents: !noDeps, ...(timeout === undefined ? {} : { timeoutSeconds: timeout }) };
  return runLifecycle(context, {
    preview: (session, request) => previewRestart(session, { ...request, ...flags }),
    run: (session, request) => restart(session, { ...request, ...flags }),
  });
}
