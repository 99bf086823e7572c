import type { ServiceName } from '../../core/ids.ts';
import { type Plan, planPause, planUnpause } from '../plan/index.ts';
import { carryOut, nameOf, type ProjectRequest } from './project-request.ts';
import { type Operation, observeContainers, type Session, withLock } from './session.ts';

export type PauseRequest = ProjectRequest & {
  /** Empty or absent: all. */
  readonly services?: ReadonlySet<ServiceName>;
};

/** Holds the processes of what runs still. */
export function pause(session: Session, request: PauseRequest): Promise<Operation> {
  return withLock(session, nameOf(request), async () =>
    carryOut(session, request, await previewPause(session, request)),
  );
}

/** Lets the processes of what is paused go on. */
export function unpause(session: Session, request: PauseRequest): Promise<Operation> {
  return withLock(session, nameOf(request), async () =>
    carryOut(session, request, await previewUnpause(session, request)),
  );
}

export async function previewPause(session: Session, request: PauseRequest): Promise<Plan> {
  return planPause(await inputOf(session, request));
}

export async function previewUnpause(session: Session, request: PauseRequest): Promise<Plan> {
  return planUnpause(await inputOf(session, request));
}

async function inputOf(session: Session, request: PauseRequest) {
  const projectName = nameOf(request);
  const { project, services = new Set<ServiceName>() } = request;
  return {
    projectName,
    ...(project === undefined ? {} : { project }),
    observed: { containers: await observeContainers(session, projectName) },
    services,
  };
}
