import { type FileContents, withDefaultPlatform } from '../../compose/index.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { providedServices, withModels, withoutProviders } from '../desired/index.ts';
import {
  madeImages,
  type Plan,
  type PlanDocument,
  planDocument,
  planPreparations,
  planPulls,
  planUp,
  type UpInput,
  withPreparations,
} from '../plan/index.ts';
import { refuseImpossible } from './refusal.ts';
import { answer, observe, type Session } from './session.ts';
import { defaultUpPolicy, type UpRequest } from './up.ts';

export interface PlannedUp {
  readonly plan: Plan;
  /** The same for a file or another program; `up` takes it as `expected`. */
  readonly document: PlanDocument;
  /** What the plan was made from. */
  readonly observed: ObservedState;
  readonly contents: FileContents;
}

/**
 * What `up` would do now; nothing is changed. Without `session.ask` questions stay open in the plan. Pulls that `up`
 * makes before it plans come first: whether their containers are recreated shows only when the images are there.
 */
export async function planFor(session: Session, request: UpRequest): Promise<PlannedUp> {
  const { project: whole } = withModels(withDefaultPlatform(request.project), new Map());
  const project = withoutProviders(whole);
  const { locate } = request;
  const contents = await refuseImpossible(session, { project: whole, locate });
  const input: UpInput = {
    project,
    contents,
    locate,
    policy: { ...defaultUpPolicy, ...request.policy },
    observed: await observe(session, project),
    now: session.clock.now(),
    awaiting: providedServices(whole),
  };
  const preparations = planPreparations(whole);
  const planOf = (given: UpInput): Plan => withPreparations(planWithPulls(given), preparations, whole);
  const open = planOf(input);
  if (open.questions.length === 0 || session.ask === undefined) {
    return { plan: open, document: planDocument(open, input.policy), observed: input.observed, contents };
  }
  const { approvals, refusals } = await answer(session, open.questions);
  const policy = {
    ...input.policy,
    approvals: new Set([...input.policy.approvals, ...approvals]),
    refusals: new Set([...input.policy.refusals, ...refusals]),
  };
  const plan = planOf({ ...input, policy });
  return { plan, document: planDocument(plan, policy), observed: input.observed, contents };
}

function planWithPulls(input: UpInput): Plan {
  const pulls = planPulls(input);
  const pulled = pulls.steps.flatMap(madeImages);
  const plan = planUp({
    ...input,
    policy: { ...input.policy, pulled: new Set([...input.policy.pulled, ...pulled]) },
  });
  return { ...plan, steps: [...pulls.steps, ...plan.steps], diagnostics: joined(pulls, plan) };
}

/** What is wrong with an image both say. */
function joined(...plans: readonly Plan[]): Plan['diagnostics'] {
  const all = plans.flatMap((plan) => plan.diagnostics);
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
