import { kill, previewKill } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { killOptions } from '../commands/kill.ts';
import { flagFromEnvironment } from '../environment-flags.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext<typeof killOptions>): Promise<number> {
  const { options, io } = context;
  const { signal } = options;
  const orphans = options.removeOrphans ?? flagFromEnvironment(io.environment['COMPOSE_REMOVE_ORPHANS']);
  return runLifecycle(context, {
    preview: (session, request) => previewKill(session, { ...request, signal, orphans }),
    run: async (session, request) => {
      const operation = await kill(session, { ...request, signal, orphans });
      if (operation.plan.steps.length === 0) io.stderr.write('no container to kill\n');
      return operation;
    },
  });
}
