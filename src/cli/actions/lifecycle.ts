import type { Project } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, type Operation, type Plan, type ProjectRequest } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { loadOrName } from '../load.ts';
import { type CommandSession, exitCodeOf, variablesOf, withSession } from '../session.ts';

type ServicesRequest = ProjectRequest & { readonly services: ReadonlySet<ServiceName> };

export interface LifecycleCommand {
  readonly preview: (session: CommandSession, request: ServicesRequest) => Promise<Plan>;
  /** Undefined when there was nothing to do. */
  readonly run: (session: CommandSession, request: ServicesRequest) => Promise<Operation | undefined>;
}

/** What commands on the containers of a project, or of some of its services, have in common. */
export async function runLifecycle(
  context: Pick<CommandContext, 'global' | 'io' | 'arguments'>,
  command: LifecycleCommand,
): Promise<number> {
  const { project, projectName, locate } = await loadOrName(context);
  checkServiceNames(project, context.arguments);
  const services = new Set(context.arguments as readonly ServiceName[]);
  const request: ServicesRequest =
    project === undefined
      ? { projectName, services }
      : {
          project: withNamed(project, services),
          ...(locate === undefined ? {} : { locate }),
          services,
        };
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return withSession(context, { reports: false }, async (session) =>
      showPlan(context.io, await command.preview(session, request)),
    );
  }
  return withSession(context, { reports: true, ...variablesOf(project) }, async (session) => {
    const operation = await command.run(session, request);
    return operation === undefined ? 0 : exitCodeOf(operation, session.interrupts);
  });
}

/** A service that is named counts, whatever its profiles. */
function withNamed(project: Project, names: ReadonlySet<ServiceName>): Project {
  const named = [...project.disabledServices].filter(([name]) => names.has(name));
  return named.length === 0 ? project : { ...project, services: new Map([...project.services, ...named]) };
}
