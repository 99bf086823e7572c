import type { FileContents } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { contentFaults } from '../desired/index.ts';
import { type Plan, planRestart, planStart, planStop } from '../plan/index.ts';
import { carryOut, nameOf, type ProjectRequest } from './project-request.ts';
import { sharesFiles } from './refusal.ts';
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
  return operate(session, request, prepareStop);
}

/** Starts containers that exist, with those of the services that they depend on. */
export function start(session: Session, request: StartRequest): Promise<Operation> {
  return operate(session, request, prepareStart);
}

/** Stops and starts containers; those that do not run are started. */
export function restart(session: Session, request: RestartRequest): Promise<Operation> {
  return operate(session, request, prepareRestart);
}

export async function previewStop(session: Session, request: StopRequest): Promise<Plan> {
  return (await prepareStop(session, request)).plan;
}

export async function previewStart(session: Session, request: StartRequest): Promise<Plan> {
  return (await prepareStart(session, request)).plan;
}

export async function previewRestart(session: Session, request: RestartRequest): Promise<Plan> {
  return (await prepareRestart(session, request)).plan;
}

/** A plan, and what it was made from that carrying it out needs too. */
interface Prepared {
  readonly plan: Plan;
  readonly contents?: FileContents;
}

async function prepareStop(session: Session, request: StopRequest): Promise<Prepared> {
  const { reason, timeoutSeconds, services = new Set<ServiceName>() } = request;
  const projectName = nameOf(request);
  const observed = { containers: await observeContainers(session, projectName) };
  const { project } = request;
  return {
    plan: planStop({
      projectName,
      ...(project === undefined ? {} : { project }),
      observed,
      services,
      reason,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    }),
  };
}

async function prepareStart(session: Session, request: StartRequest): Promise<Prepared> {
  const { wait = false, waitTimeoutMs } = request;
  const input = await startInput(session, request);
  const plan = planStart({ ...input, wait, ...(waitTimeoutMs === undefined ? {} : { waitTimeoutMs }) });
  return { ...input, plan: withContentFaults(session, request, plan, input.contents) };
}

async function prepareRestart(session: Session, request: RestartRequest): Promise<Prepared> {
  const { dependents = true, timeoutSeconds } = request;
  const input = await startInput(session, request);
  const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  const plan = planRestart({ ...input, dependents, ...timeout });
  return { ...input, plan: withContentFaults(session, request, plan, input.contents) };
}

async function startInput(session: Session, request: ServicesRequest) {
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

/** What a start would stumble over is found before anything is stopped. */
function withContentFaults(
  session: Session,
  request: ServicesRequest,
  plan: Plan,
  contents: FileContents | undefined,
): Plan {
  const { project } = request;
  if (project === undefined || contents === undefined) return plan;
  const starting = new Set(
    plan.steps.flatMap((step) => (step.kind === 'container.start' ? [step.input.service] : [])),
  );
  const services = new Map([...project.services].filter(([name]) => starting.has(name)));
  const faults = contentFaults({ ...project, services }, contents, {
    locate: request.locate ?? (() => undefined),
    sharesFiles: sharesFiles(session),
  });
  return { ...plan, diagnostics: [...plan.diagnostics, ...faults] };
}

function operate<Request extends ServicesRequest>(
  session: Session,
  request: Request,
  prepare: (session: Session, request: Request) => Promise<Prepared>,
): Promise<Operation> {
  return withLock(session, nameOf(request), async () => {
    const { plan, contents } = await prepare(session, request);
    refuseErrors(plan.diagnostics);
    return carryOut(session, request, plan, contents === undefined ? {} : { contents });
  });
}
