import { previewUnpause, unpause } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext): Promise<number> {
  return runLifecycle(context, {
    preview: previewUnpause,
    run: async (session, request) => {
      const operation = await unpause(session, request);
      if (operation.plan.steps.length === 0) context.io.stderr.write('no container to unpause\n');
      return operation;
    },
  });
}
