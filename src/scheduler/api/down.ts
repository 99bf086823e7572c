import type { LoadResult, Project } from '../../compose/index.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { type ExecuteOptions, execute } from '../execute/index.ts';
import { type DownPolicy, type Plan, planDown } from '../plan/index.ts';
import { type Operation, observe, observeByLabel, refuseErrors, type Session, withLock } from './session.ts';

/** A project by its file, or by its name alone: then its labels say what belongs to it. */
export type ProjectRequest =
  | { readonly project: Project; readonly locate?: LoadResult['locate'] }
  | { readonly project?: undefined; readonly projectName: ProjectName };

export type DownRequest = ProjectRequest & { readonly policy?: Partial<DownPolicy> };

/** Stops and removes what `up` made. What happens during the run is in the result. */
export async function down(session: Session, request: DownRequest): Promise<Operation> {
  return withLock(session, nameOf(request), async () => {
    const plan = await previewDown(session, request);
    return run(session, plan, request);
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

/** The project of a request, and its positions, where it has them. */
export function sourceOf(request: ProjectRequest): Pick<ExecuteOptions, 'project' | 'locate'> {
  if (request.project === undefined) return {};
  const { project, locate } = request;
  return { project, ...(locate === undefined ? {} : { locate }) };
}

/** The project's name, however it is given. */
export function nameOf(request: ProjectRequest): ProjectName {
  return request.project === undefined ? request.projectName : request.project.name;
}

function observeRequested(session: Session, request: ProjectRequest): Promise<ObservedState> {
  const options = { hooks: true };
  return request.project === undefined
    ? observeByLabel(session, request.projectName, options)
    : observe(session, request.project, options);
}

async function run(session: Session, plan: Plan, request: DownRequest): Promise<Operation> {
  const { driver, clock, listeners, drain, abort, lanes = {}, runProvider, hookOutput } = session;
  const result = await execute({
    plan,
    driver,
    clock,
    listeners,
    drain,
    abort,
    lanes,
    ...sourceOf(request),
    ...(hookOutput === undefined ? {} : { hookOutput }),
    ...(runProvider === undefined ? {} : { runProvider }),
  });
  return { plan, result };
}
