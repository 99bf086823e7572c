import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, type DownRequest, down, previewDown } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { downOptions } from '../commands/down.ts';
import { flagFromEnvironment } from '../environment-flags.ts';
import { loadOrName } from '../load.ts';
import { exitCodeOf, variablesOf, withSession } from '../session.ts';

export async function run(context: CommandContext<typeof downOptions>): Promise<number> {
  const { options, io } = context;
  const { project, projectName, locate } = await loadOrName(context);
  checkServiceNames(project, context.arguments);
  const policy: DownRequest['policy'] = {
    services: new Set(context.arguments as readonly ServiceName[]),
    removeOrphans: options.removeOrphans ?? flagFromEnvironment(io.environment['COMPOSE_REMOVE_ORPHANS']),
    volumes: options.volumes,
    ...(options.rmi === undefined ? {} : { images: options.rmi }),
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
  };
  const request: DownRequest =
    project === undefined
      ? { projectName, policy }
      : { project, ...(locate === undefined ? {} : { locate }), policy };
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return withSession(context, { reports: false }, async (session) =>
      showPlan(io, await previewDown(session, request)),
    );
  }
  return withSession(context, { reports: true, ...variablesOf(project) }, async (session) => {
    const operation = await down(session, request);
    return exitCodeOf(operation, session.interrupts);
  });
}
