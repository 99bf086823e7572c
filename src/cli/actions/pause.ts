import { pause, previewPause } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext): Promise<number> {
  return runLifecycle(context, {
    preview: previewPause,
    run: async (session, request) => {
      const operation = await pause(session, request);
      if (operation.plan.steps.length === 0) context.io.stderr.write('no container to pause\n');
      return operation;
    },
  });
}
