import type { ServiceName } from '../../core/ids.ts';
import { execute } from '../execute/index.ts';
import { type Plan, planRestart, planStart, planStop } from '../plan/index.ts';
import { nameOf, type ProjectRequest } from './down.ts';
import {
  type Operation,
  observeByLabel,
  observeContainers,
  readContents,
  refuseErrors,
  type Session,
  withLock,
} from './session.ts';

type ServicesRequest = ProjectRequest & {
  /** Empty or absent: all. */
  readonly services?: ReadonlySet<ServiceName>;
};

export type StopRequest = ServicesRequest & {
  readonly timeoutSeconds?: number;
  /** Why, for the plan. */
  readonly reason: string;
};

export type StartRequest = ServicesRequest & {
  /** End with waiting until every service is ready. */
  readonly wait?: boolean;
  readonly waitTimeoutMs?: number;
};

export type RestartRequest = ServicesRequest & {
  readonly timeoutSeconds?: number;
  /** Restart also what asks for it with `depends_on.X.restart`; true unless given. */
  readonly dependents?: boolean;
};

/** Stops containers in reverse dependency order and leaves them there. */
export function stop(session: Session, request: StopRequest): Promise<Operation> {
  return carryOut(session, request, previewStop);
}

/** Starts containers that exist, with those of the services that they depend on. */
export function start(session: Session, request: StartRequest): Promise<Operation> {
  return carryOut(session, request, previewStart);
}

/** Stops and starts containers; those that do not run are started. */
export function restart(session: Session, request: RestartRequest): Promise<Operation> {
  return carryOut(session, request, previewRestart);
}

export async function previewStop(session: Session, request: StopRequest): Promise<Plan> {
  const { reason, timeoutSeconds } = request;
  return planStop({
    ...(await inputOf(session, request)),
    reason,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });
}

export async function previewStart(session: Session, request: StartRequest): Promise<Plan> {
  const { wait = false, waitTimeoutMs } = request;
  return planStart({
    ...(await inputOf(session, request)),
    wait,
    ...(waitTimeoutMs === undefined ? {} : { waitTimeoutMs }),
  });
}

export async function previewRestart(session: Session, request: RestartRequest): Promise<Plan> {
  const { dependents = true, timeoutSeconds } = request;
  return planRestart({
    ...(await inputOf(session, request)),
    dependents,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });
}

async function inputOf(session: Session, request: ServicesRequest) {
  const projectName = nameOf(request);
  return {
    projectName,
    ...(request.project === undefined ? {} : { project: request.project }),
    ...(await observedFor(session, request)),
    services: request.services ?? new Set<ServiceName>(),
  };
}

/** Only where containers have configs or secrets, more than the containers has to be known. */
async function observedFor(session: Session, request: ServicesRequest) {
  const { project } = request;
  const projectName = nameOf(request);
  const hasFiles = [...(project?.services.values() ?? [])].some(
    ({ configs = [], secrets = [] }) => configs.length + secrets.length > 0,
  );
  if (project === undefined || !hasFiles) {
    return { observed: { containers: await observeContainers(session, projectName) } };
  }
  const [observed, contents] = [
    await observeByLabel(session, projectName),
    await readContents(session, project),
  ];
  return { observed, contents };
}

function carryOut<Request extends ServicesRequest>(
  session: Session,
  request: Request,
  preview: (session: Session, request: Request) => Promise<Plan>,
): Promise<Operation> {
  return withLock(session, nameOf(request), async () => {
    const plan = await preview(session, request);
    refuseErrors(plan.diagnostics);
    const { driver, clock, listeners, drain, abort, lanes = {}, hookOutput } = session;
    const { project } = request;
    const hooks = hookOutput === undefined ? {} : { hookOutput };
    const options = { plan, driver, clock, listeners, drain, abort, lanes, ...hooks };
    if (project === undefined) return { plan, result: await execute(options) };
    const contents = await readContents(session, project);
    return { plan, result: await execute({ ...options, project, contents }) };
  });
}
