import {
  type ContentFiles,
  type FileContents,
  type LoadResult,
  nodeFiles,
  type Project,
  portClaims,
  rangeOf,
  readFileContents,
  type Service,
} from '../../compose/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { DiagnosticsError, FlotillaError } from '../../core/error.ts';
import type { ProjectName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import { imageName, type RegistryCredentials } from '../../images/index.ts';
import {
  type Driver,
  type ModelRunner,
  type ObservedContainer,
  type ObservedState,
  type ProjectLock,
  type ProviderRunner,
  systemClock,
} from '../../runtime/index.ts';
import type { EventListener, ExecuteOptions, Lanes, RunResult } from '../execute/index.ts';
import { moreImages, type Plan, type Question } from '../plan/index.ts';

/** What every operation needs from its caller; one session can serve many operations. */
export interface Session {
  readonly driver: Driver;
  readonly clock: Clock;
  /** Hear the events of every run; a run that has a stage before it (pulls) is two runs to them. */
  readonly listeners: readonly EventListener[];
  /** Ends a run gently: nothing more is started. */
  readonly drain: AbortSignal;
  /** Ends a run at once. */
  readonly abort: AbortSignal;
  readonly credentialsFor?: (reference: string) => Promise<RegistryCredentials | undefined>;
  /** Has the project to itself until it is released; without it two sessions may get into each other's way. */
  readonly lock?: ProjectLock;
  /** Hears what hooks write, by the name of their container. */
  readonly hookOutput?: ExecuteOptions['hookOutput'];
  /** How many steps of each kind run at once, where the caller knows better than the defaults. */
  readonly lanes?: Partial<Lanes>;
  /** Where the files of configs and secrets are read; this machine's unless given. */
  readonly files?: ContentFiles;
  /** Runs the programs of providers; this machine's unless given. */
  readonly runProvider?: ProviderRunner;
  /** Has models served; by Docker Model Runner unless given. */
  readonly prepareModel?: ModelRunner;
  /** Answers what a plan asks before it destroys data; without it the question becomes an error. */
  readonly ask?: (question: Question) => Promise<boolean>;
}

export interface SessionRequest {
  readonly driver: Driver;
  /** Hears the events of every run. */
  readonly onEvent?: EventListener;
  /** Ends runs gently when it aborts. */
  readonly signal?: AbortSignal;
  /** Makes operations on one project queue, with those of other processes too (`projectLock`). */
  readonly lock?: ProjectLock;
  /** Runs the programs of providers; this machine's unless given. */
  readonly runProvider?: ProviderRunner;
  /** Has models served; by Docker Model Runner unless given. */
  readonly prepareModel?: ModelRunner;
}

/** A session for programs: the machine's clock, and one signal that ends a run before its next step. */
export function createSession(request: SessionRequest): Session {
  const { driver, onEvent, signal, lock, runProvider, prepareModel } = request;
  const never = new AbortController().signal;
  return {
    driver,
    clock: systemClock,
    listeners: onEvent === undefined ? [] : [onEvent],
    drain: signal ?? never,
    abort: never,
    ...(lock === undefined ? {} : { lock }),
    ...(runProvider === undefined ? {} : { runProvider }),
    ...(prepareModel === undefined ? {} : { prepareModel }),
  };
}

/** Has the project to itself while `use` changes it. */
export async function withLock<Result>(
  session: Session,
  project: ProjectName,
  use: () => Promise<Result>,
): Promise<Result> {
  const { driver, drain, abort, lock } = session;
  if (lock === undefined) return use();
  const waiting = linkedAbort(drain, abort);
  const held = await lock({ project, endpoint: driver.endpoint }, waiting.signal).finally(waiting.dispose);
  try {
    return await use();
  } finally {
    await held.release();
  }
}

/** A project together with the means to name positions in its files. */
export interface LoadedProject {
  readonly project: Project;
  readonly locate: LoadResult['locate'];
}

export function readContents(session: Session, project: Project): Promise<FileContents> {
  return readFileContents(project, session.files ?? nodeFiles());
}

export interface Operation {
  readonly plan: Plan;
  readonly result: RunResult;
  /** What was pulled before the plan could be made, as a run of its own. */
  readonly pulls?: { readonly plan: Plan; readonly result: RunResult };
}

export interface ObserveOptions {
  /** Include the helper containers of hooks. */
  readonly hooks: boolean;
}

export async function observe(
  session: Session,
  project: Project,
  options: ObserveOptions = { hooks: false },
): Promise<ObservedState> {
  const state = await session.driver.snapshot(
    {
      project: project.name,
      networks: [...project.networks.values()].map((network) => network.name),
      volumes: [...project.volumes.values()].map((volume) => volume.name),
      images: [...new Set([...project.services.values()].flatMap((service) => imagesOf(project, service)))],
      hostPorts: fixedPorts(project),
    },
    session.abort,
  );
  return onlyManaged(state, options);
}

/** Of its containers, of those that run before them, and of what is mounted. */
function imagesOf(project: Project, service: Service): readonly string[] {
  return [service, ...moreImages(service)].map((each) => imageName(project, each));
}

/** Ports of the host that the project names: somebody else may have them. */
function fixedPorts(project: Project): readonly number[] {
  const claims = [...project.services.values()].flatMap(portClaims);
  const ranges = claims.flatMap(({ port }) => rangeOf(port.published ?? '') ?? []);
  return [...new Set(ranges.flatMap(({ first, last }) => (first === last && first > 0 ? [first] : [])))];
}

/** What carries the project's label, for operations that know nothing but its name. */
export async function observeByLabel(
  session: Session,
  project: ProjectName,
  options: ObserveOptions = { hooks: false },
): Promise<ObservedState> {
  const state = await session.driver.snapshot(
    { project, networks: [], volumes: [], images: [] },
    session.abort,
  );
  return onlyManaged(state, options);
}

/** The containers that carry the project's label. */
export async function observeContainers(
  session: Session,
  project: ProjectName,
): Promise<readonly ObservedContainer[]> {
  const state = await session.driver.snapshot(
    { project, networks: [], volumes: [], images: [], only: 'containers' },
    session.abort,
  );
  return onlyManaged(state, { hooks: false }).containers;
}

/** Like docker compose: a container with the project's label but without a config hash is not ours to touch. */
export function isManaged({ labels: own }: ObservedContainer): boolean {
  return own[labels.configHash] !== undefined;
}

function onlyManaged(state: ObservedState, { hooks }: ObserveOptions): ObservedState {
  const isHelper = ({ labels: own }: ObservedContainer) => own[labels.hook] !== undefined;
  return {
    ...state,
    containers: state.containers.filter(
      (container) => isManaged(container) || (hooks && isHelper(container)),
    ),
    hookContainers: state.containers.filter((container) => !isManaged(container) && isHelper(container)),
  };
}

export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
    throw new DiagnosticsError(diagnostics.filter((diagnostic) => diagnostic.severity === 'error'));
  }
}

/** Gets every question of a plan answered; rejects when there is nobody to ask. */
export async function answer(
  session: Session,
  questions: readonly Question[],
): Promise<{ readonly approvals: readonly string[]; readonly refusals: readonly string[] }> {
  const approvals: string[] = [];
  const refusals: string[] = [];
  for (const question of questions) {
    if (session.ask === undefined) {
      throw new FlotillaError('run.question', question.message, {
        hint: 'Run it in a terminal to answer, or say yes to everything with --yes.',
      });
    }
    ((await session.ask(question)) ? approvals : refusals).push(question.id);
  }
  return { approvals, refusals };
}
