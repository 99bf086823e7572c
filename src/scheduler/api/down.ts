import type { ServiceName } from '../../core/ids.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { type DownPolicy, type Plan, planDown } from '../plan/index.ts';
import { carryOut, nameOf, type ProjectRequest } from './project-request.ts';
import { type Operation, observe, observeByLabel, refuseErrors, type Session, withLock } from './session.ts';

export type DownRequest = ProjectRequest & { readonly policy?: Partial<DownPolicy> };

/** Stops and removes what `up` made. What happens during the run is in the result. */
export async function down(session: Session, request: DownRequest): Promise<Operation> {
  return withLock(session, nameOf(request), async () => {
    const plan = await previewDown(session, request);
    return carryOut(session, request, plan);
  });
}

/** The plan that `down` would carry out, without touching anything. */
export async function previewDown(session: Session, request: DownRequest): Promise<Plan> {
  const plan = planDown({
    projectName: nameOf(request),
    ...(request.project === undefined ? {} : { project: request.project }),
    observed: await observeRequested(session, request),
    policy: { services: new Set<ServiceName>(), removeOrphans: false, volumes: false, ...request.policy },
  });
  refuseErrors(plan.diagnostics);
  return plan;
}

function observeRequested(session: Session, request: ProjectRequest): Promise<ObservedState> {
  const options = { hooks: true };
  return request.project === undefined
    ? observeByLabel(session, request.projectName, options)
    : observe(session, request.project, options);
}
