import { hash } from 'node:crypto';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { UnchangedResource } from '../events.ts';
import type { Plan, Question, Step } from './steps.ts';
import type { UpPolicy } from './up-input.ts';

/** A plan as JSON, described by schemas/plan.schema.json. Specs stay out of it, because they hold secrets. */
export interface PlanDocument {
  readonly version: 1;
  readonly command: string;
  readonly project: string;
  /** Of the whole plan, specs included: equal digests are equal plans. */
  readonly digest: string;
  readonly policy: PolicyDocument;
  readonly steps: readonly Omit<Step, 'input'>[];
  readonly unchanged: readonly UnchangedResource[];
  readonly questions: readonly Question[];
  readonly diagnostics: readonly Diagnostic[];
}

/** By what the plan was made: lists stand where the policy has sets. */
export type PolicyDocument = {
  readonly [Key in keyof UpPolicy]: UpPolicy[Key] extends ReadonlySet<infer Item>
    ? readonly Item[]
    : UpPolicy[Key];
};

export function planDocument(plan: Plan, policy: UpPolicy): PlanDocument {
  const { targets, pulled, approvals, refusals } = policy;
  return {
    version: 1,
    command: plan.command,
    project: plan.project,
    digest: digestOf(plan),
    policy: {
      ...policy,
      targets: [...targets],
      pulled: [...pulled],
      approvals: [...approvals],
      refusals: [...refusals],
    },
    steps: plan.steps.map(({ input: _input, ...step }) => step),
    unchanged: plan.unchanged,
    questions: plan.questions,
    diagnostics: plan.diagnostics,
  };
}

export function policyFromDocument(document: PlanDocument): UpPolicy {
  const { targets, pulled, approvals, refusals, ...rest } = document.policy;
  return {
    ...rest,
    targets: new Set<ServiceName>(targets),
    pulled: new Set(pulled),
    approvals: new Set(approvals),
    refusals: new Set(refusals),
  };
}

/** How two plans differ, as lines for people; empty when they are the same. */
export function planDifferences(before: PlanDocument, now: PlanDocument): readonly string[] {
  if (before.digest === now.digest) return [];
  const [old, current] = [linesOf(before), linesOf(now)];
  const differences = [
    ...[...old].filter((line) => !current.has(line)).map((line) => `no longer: ${line}`),
    ...[...current].filter((line) => !old.has(line)).map((line) => `now: ${line}`),
  ];
  return differences.length > 0 ? differences : ['the settings of what it makes changed'];
}

function linesOf({ steps, questions }: PlanDocument): ReadonlySet<string> {
  return new Set([
    ...questions.map(({ message }) => message),
    ...steps.map(({ id, reason }) => `${id}: ${reason}`),
  ]);
}

function digestOf({ steps, references, questions }: Plan): string {
  return hash('sha256', JSON.stringify({ steps: steps.map(withoutPositions), references, questions }));
}

/** A comment that moves a setting down a line does not make it another plan. */
function withoutPositions(step: Step): unknown {
  if (step.kind !== 'container.wait' || step.input.positions === undefined) return step;
  const { positions: _, ...input } = step.input;
  return { ...step, input };
}
