import { type FileContents, withDefaultPlatform } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { FlotillaError } from '../../core/error.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { ProviderVariables } from '../../runtime/index.ts';
import { withModels, withoutProviders, withVariables } from '../desired/index.ts';
import { type ExecuteOptions, execute } from '../execute/index.ts';
import {
  madeImages,
  type Plan,
  type PlanDocument,
  planDifferences,
  planPreparations,
  planPulls,
  planUp,
  type UpInput,
  type UpPolicy,
} from '../plan/index.ts';
import { refuseImpossible } from './refusal.ts';
import {
  answer,
  type LoadedProject,
  type Operation,
  observe,
  refuseErrors,
  type Session,
  withLock,
} from './session.ts';

export interface UpRequest extends LoadedProject {
  readonly policy?: Partial<UpPolicy>;
  /** The plan that was looked at: the run is refused when it would not be this one. */
  readonly expected?: PlanDocument;
  /** False when the caller itself tells people that the run is drained. */
  readonly saysDrain?: boolean;
  /** Run the health checks of services that others wait for ourselves too, sooner than the engine does. */
  readonly fastReady?: boolean;
  /** Called with the plan, once every question is answered; the first step waits for it. */
  readonly onPlan?: (plan: Plan) => void | Promise<void>;
  /** Called between a container's creation and its start. */
  readonly beforeStart?: ExecuteOptions['beforeStart'];
}

export const defaultUpPolicy: UpPolicy = {
  targets: new Set<ServiceName>(),
  recreate: 'diverged',
  recreateDependencies: 'diverged',
  renewAnonymousVolumes: false,
  removeOrphans: false,
  ignoreOrphans: false,
  start: true,
  wait: false,
  pulled: new Set(),
  approvals: new Set(),
  refusals: new Set(),
};

/**
 * Brings a project up. Rejects with a DiagnosticsError when the project asks for what cannot be done, with a
 * FlotillaError when the engine cannot be observed; what happens during the run is in the result.
 */
export async function up(session: Session, given: UpRequest): Promise<Operation> {
  const request = { ...given, project: withDefaultPlatform(given.project) };
  const { project } = request;
  await refuseImpossible(session, request);
  return withLock(session, project.name, async () => {
    if (request.expected !== undefined) await refuseOtherPlan(session, request, request.expected);
    // Again, because a run that this one waited for may have come with another content.
    const read = { ...request, contents: await refuseImpossible(session, request) };
    const { provided, ended } = await prepare(session, read);
    return ended ?? converge(session, { ...read, project: provided.project }, provided.warnings);
  });
}

/** Before anything is planned: what providers and models say becomes part of what is wanted. `ended`: they failed. */
async function prepare(session: Session, request: ReadRequest) {
  const { project } = request;
  const plan = planPreparations(project);
  const said = new Map<ServiceName, ProviderVariables>();
  const urls = new Map<string, string>();
  if (plan.steps.length > 0) {
    const result = await run(session, plan, request, {
      provided: (service, variables) => void said.set(service, variables),
      modelReady: (model, url) => void urls.set(model, url),
    });
    if (result.outcome !== 'done') return { provided: { project, warnings: [] }, ended: { plan, result } };
  }
  const told = withModels(project, urls);
  const { project: complete, warnings } = withVariables(told.project, said);
  return { provided: { project: withoutProviders(complete), warnings: [...told.warnings, ...warnings] } };
}

async function refuseOtherPlan(session: Session, request: UpRequest, expected: PlanDocument): Promise<void> {
  const { planFor } = await import('./plan.ts');
  const { ask: _nobody, ...silent } = session;
  const { document } = await planFor(silent, request);
  const differences = planDifferences(expected, document);
  if (differences.length === 0) return;
  const shown = differences.slice(0, shownDifferences).map((line) => `  ${line}`);
  const more = differences.length - shown.length;
  throw new FlotillaError(
    'run.plan-outdated',
    [
      `the plan is no longer what has to be done for project "${request.project.name}":`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
    { hint: 'Nothing was changed. Make a new plan with "flotilla plan --json", and look at it again.' },
  );
}

const shownDifferences = 6;

/** After pulls the plan is made anew; what the images turned out to be may call for more than was looked at. */
function refuseUnannounced(plan: Plan, expected: PlanDocument): void {
  const announced = new Set(expected.steps.map(({ id }) => id));
  const more = plan.steps.filter(({ id }) => !announced.has(id));
  if (more.length === 0) return;
  throw new FlotillaError(
    'run.plan-outdated',
    [
      `what was pulled or provided calls for more than the plan says for project "${plan.project}":`,
      ...more.slice(0, shownDifferences).map(({ id, reason }) => `  now: ${id}: ${reason}`),
    ].join('\n'),
    {
      hint: 'No container was changed. Make a new plan with "flotilla plan --json", and look at it again.',
    },
  );
}

type ReadRequest = UpRequest & { readonly contents: FileContents };

async function converge(
  session: Session,
  request: ReadRequest,
  warnings: readonly Diagnostic[],
): Promise<Operation> {
  const { input, pulls } = await inputWithPulls(session, request);
  if (input === undefined) return pulls;
  const settled = await settledPlan(session, input);
  const plan = { ...settled, diagnostics: [...warnings, ...settled.diagnostics] };
  refuseErrors(plan.diagnostics);
  if (request.expected !== undefined) refuseUnannounced(plan, request.expected);
  await request.onPlan?.(plan);
  const result = await run(session, plan, request);
  return { plan, result, ...(pulls === undefined ? {} : { pulls }) };
}

/** Without an input the pulls have failed, and that is all there is to tell. */
type Prepared =
  | { readonly input: UpInput; readonly pulls?: Operation }
  | { readonly input?: undefined; readonly pulls: Operation };

/** Observes; and when a pull decides what has to be recreated, pulls first and observes again. */
async function inputWithPulls(session: Session, request: ReadRequest): Promise<Prepared> {
  const { project, locate, contents } = request;
  const policy: UpPolicy = { ...defaultUpPolicy, ...request.policy };
  const observed = await observe(session, project);
  const input: UpInput = { project, locate, contents, policy, observed, now: session.clock.now() };
  const pulls = planPulls(input);
  refuseErrors(pulls.diagnostics);
  if (pulls.steps.length === 0) return { input };
  const result = await run(session, pulls, request);
  if (result.outcome !== 'done') return { pulls: { plan: pulls, result } };
  const pulled = pulls.steps.flatMap(madeImages);
  return {
    input: {
      ...input,
      observed: await observe(session, project),
      policy: { ...policy, pulled: new Set([...policy.pulled, ...pulled]) },
    },
    pulls: { plan: pulls, result },
  };
}

/** Plans until no question is open; each answer leads to another plan. */
async function settledPlan(session: Session, input: UpInput): Promise<Plan> {
  const plan = planUp(input);
  if (plan.questions.length === 0) return plan;
  const { approvals, refusals } = await answer(session, plan.questions);
  return planUp({
    ...input,
    policy: {
      ...input.policy,
      approvals: new Set([...input.policy.approvals, ...approvals]),
      refusals: new Set([...input.policy.refusals, ...refusals]),
    },
  });
}

function run(
  session: Session,
  plan: Plan,
  request: ReadRequest,
  more: Pick<ExecuteOptions, 'provided' | 'modelReady'> = {},
): Promise<Operation['result']> {
  const { driver, clock, listeners, drain, abort, credentialsFor, lanes, runProvider, prepareModel } =
    session;
  return execute({
    plan,
    driver,
    project: request.project,
    locate: request.locate,
    contents: request.contents,
    clock,
    listeners,
    drain,
    abort,
    ...(credentialsFor === undefined ? {} : { credentialsFor }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(runProvider === undefined ? {} : { runProvider }),
    ...(prepareModel === undefined ? {} : { prepareModel }),
    ...more,
    fastReady: request.fastReady ?? false,
    saysDrain: request.saysDrain ?? true,
    ...(session.hookOutput === undefined ? {} : { hookOutput: session.hookOutput }),
    ...(request.beforeStart === undefined ? {} : { beforeStart: request.beforeStart }),
  });
}
