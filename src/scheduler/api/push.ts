import type { ServiceName } from '../../core/ids.ts';
import { type Plan, planPush } from '../plan/index.ts';
import { carryOut } from './project-request.ts';
import type { LoadedProject, Operation, Session } from './session.ts';

export interface PushRequest extends LoadedProject {
  /** Empty is all that have something to push. */
  readonly services?: ReadonlySet<ServiceName>;
  /** What cannot be pushed does not fail the others. */
  readonly ignoreFailures?: boolean;
}

/** Sends the images of services to their registries. What fails is in the result. */
export async function push(session: Session, request: PushRequest): Promise<Operation> {
  return carryOut(session, request, previewPush(request));
}

export function previewPush(request: PushRequest): Plan {
  const { project, locate, services = new Set<ServiceName>(), ignoreFailures = false } = request;
  return planPush({ project, locate, services, ignoreFailures });
}
