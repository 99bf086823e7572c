import { describe, expect, it } from 'vitest';
import { formatPlan } from '../../src/scheduler/plan/index.ts';
import type { PlanCase } from '../support/plan-cases/case.ts';
import { claims, wasRefused } from '../support/plan-cases/claims.ts';
import { generatePlanCase } from '../support/plan-cases/generate.ts';
import { type Played, play, WorldRefusal } from '../support/plan-cases/play.ts';
import { shrinkPlanCase } from '../support/plan-cases/shrink.ts';

/** CONTRIBUTING.md names both. */
const cases = Number(process.env['FLOTILLA_PLAN_CASES'] ?? 1000);
const firstSeed = Number(process.env['FLOTILLA_PLAN_SEED'] ?? 1);

describe('plans of generated projects against generated worlds', { timeout: 600_000 + cases * 100 }, () => {
  it(`hold to every claim (${cases} cases)`, () => {
    let refused = 0;
    for (let seed = firstSeed; seed < firstSeed + cases; seed += 1) {
      const given = generatePlanCase(seed);
      const { fault, played } = judge(given);
      if (fault !== undefined) expect.fail(report(given, fault));
      if (played !== undefined && wasRefused(played)) refused += 1;
    }
    // Commands that are all refused would prove nothing.
    expect(refused).toBeLessThan(cases / 5);
  });

  it('are the same bytes for the same input', () => {
    for (let seed = firstSeed; seed < firstSeed + cases / 10; seed += 1) {
      const [first, second] = [0, 1].map(() => judge(generatePlanCase(seed)).played?.plan);
      expect(JSON.stringify(first), `seed ${seed}`).toBe(JSON.stringify(second));
    }
  });
});

interface Verdict {
  /** The claim that does not hold, with its sentences. */
  readonly fault?: { readonly claim: string; readonly told: readonly string[] };
  readonly played?: Played;
}

function judge(given: PlanCase): Verdict {
  let played: Played;
  try {
    played = play(given);
  } catch (error) {
    if (error instanceof WorldRefusal) return {};
    const told = [error instanceof Error ? error.message : String(error)];
    return { fault: { claim: 'every step can be carried out when its turn comes', told } };
  }
  if (wasRefused(played)) return { played };
  for (const [claim, check] of Object.entries(claims)) {
    const told = check(given, played);
    if (told.length > 0) return { fault: { claim, told }, played };
  }
  return { played };
}

/** The smallest case that breaks the same claim, as text to reproduce it with. */
function report(given: PlanCase, fault: NonNullable<Verdict['fault']>): string {
  const small = shrinkPlanCase(given, (smaller) => judge(smaller).fault?.claim === fault.claim);
  const { fault: smallFault = fault, played } = judge(small);
  return [
    `seed ${given.seed}: it does not hold that ${smallFault.claim}`,
    ...smallFault.told.map((line) => `  ${line}`),
    JSON.stringify(small, undefined, 1),
    ...(played === undefined ? [] : [formatPlan(played.plan)]),
  ].join('\n');
}
