import type { ServiceName } from '../../core/ids.ts';
import { type Plan, planKill, planRemove } from '../plan/index.ts';
import { carryOut, nameOf, type ProjectRequest } from './project-request.ts';
import { type Operation, observeByLabel, observeContainers, type Session, withLock } from './session.ts';

export type KillRequest = ProjectRequest & {
  /** Empty or absent: all. */
  readonly services?: ReadonlySet<ServiceName>;
  /** SIGKILL unless given. */
  readonly signal?: string;
  /** Also containers that belong to no service of the file. */
  readonly orphans?: boolean;
};

export type RemoveRequest = ProjectRequest & {
  /** Empty or absent: all. */
  readonly services?: ReadonlySet<ServiceName>;
  readonly stop?: boolean;
  /** Anonymous volumes go with their containers. */
  readonly volumes?: boolean;
  /** Called with the names of the containers; without it nobody is asked. */
  readonly confirm?: (names: readonly string[]) => Promise<boolean>;
};

/** Sends a signal to the containers that run: at once, also while another command is at work on the project. */
export async function kill(session: Session, request: KillRequest): Promise<Operation> {
  return carryOut(session, request, await previewKill(session, request));
}

export async function previewKill(session: Session, request: KillRequest): Promise<Plan> {
  const projectName = nameOf(request);
  const { project, services = new Set(), signal = 'SIGKILL', orphans = false } = request;
  const observed = { containers: await observeContainers(session, projectName) };
  return planKill({
    projectName,
    ...(project === undefined ? {} : { project }),
    observed,
    services,
    signal,
    orphans,
  });
}

/** Removes containers that do not run; undefined when there are none, or when the answer was no. */
export function remove(session: Session, request: RemoveRequest): Promise<Operation | undefined> {
  return withLock(session, nameOf(request), async () => {
    const plan = await previewRemove(session, request);
    const names = removedBy(plan);
    if (names.length === 0) return undefined;
    if (request.confirm !== undefined && !(await request.confirm(names))) return undefined;
    return carryOut(session, request, plan);
  });
}

export async function previewRemove(session: Session, request: RemoveRequest): Promise<Plan> {
  const projectName = nameOf(request);
  const { project, services = new Set(), stop = false, volumes = false } = request;
  return planRemove({
    projectName,
    ...(project === undefined ? {} : { project }),
    observed: await observeByLabel(session, projectName),
    services,
    stop,
    volumes,
  });
}

function removedBy({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ kind, resource }) => (kind === 'container.remove' ? [resource.name] : []));
}
