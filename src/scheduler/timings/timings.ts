import type { StepId } from '../../core/ids.ts';
import type { RunResult, SettledStep } from '../execute/index.ts';
import type { Plan } from '../plan/index.ts';
import { criticalPath } from './critical-path.ts';
import { endOf, type ServiceTimings, type StepTiming, type Timings } from './model.ts';
import { phaseOf, phases, servicesOf } from './phases.ts';

/** One plan that was carried out; `up` may carry out another one, of pulls, before its own. */
export interface TimedRun {
  readonly plan: Plan;
  readonly result: RunResult;
}

/** Looks at runs that followed one another as one. Pure; at least one run. */
export function timingsOf(runs: readonly [TimedRun, ...TimedRun[]]): Timings {
  const last = runs[runs.length - 1] as TimedRun;
  const ran = runs.flatMap(({ result }) => result.steps.filter(hasRun));
  const origin = Math.min(...ran.map(({ startedAt }) => startedAt));
  const steps = stepTimings(runs, origin);
  return {
    version: 1,
    command: last.plan.command,
    project: last.plan.project,
    outcome: last.result.outcome,
    ...(ran.length === 0 ? {} : { startedAt: new Date(origin).toISOString() }),
    durationMs: Math.max(0, ...steps.map(endOf)),
    services: serviceTimings(steps),
    steps,
    criticalPath: criticalPath(steps),
  };
}

type RanStep = SettledStep & { readonly startedAt: number; readonly endedAt: number };

function hasRun(settled: SettledStep): settled is RanStep {
  return settled.startedAt !== undefined && settled.endedAt !== undefined;
}

function stepTimings(runs: readonly TimedRun[], origin: number): readonly StepTiming[] {
  const timings: StepTiming[] = [];
  const ends = new Map<StepId, number>();
  const plans = runs.map(({ plan }) => plan);
  let stageBefore: readonly StepId[] = [];
  for (const { result } of runs) {
    const ran = result.steps.filter(hasRun);
    for (const { step, endedAt } of ran) ends.set(step.id, endedAt - origin);
    for (const { step, outcome, startedAt, endedAt } of ran) {
      const own = [...step.needs, ...step.after].filter((id) => ends.has(id));
      const needs = own.length > 0 ? own : stageBefore;
      const phase = phaseOf(step);
      const startMs = startedAt - origin;
      timings.push({
        id: step.id,
        kind: step.kind,
        resource: step.resource.name,
        services: servicesOf(step, plans),
        ...(phase === undefined ? {} : { phase }),
        outcome,
        startMs,
        durationMs: endedAt - startedAt,
        queuedMs: Math.max(0, startMs - Math.max(0, ...needs.map((id) => ends.get(id) ?? 0))),
        needs,
      });
    }
    stageBefore = ran.map(({ step }) => step.id);
  }
  return timings.sort((a, b) => a.startMs - b.startMs);
}

function serviceTimings(steps: readonly StepTiming[]): readonly ServiceTimings[] {
  const names = [...new Set(steps.flatMap(({ phase, services }) => (phase === undefined ? [] : services)))];
  return names.map((service) => ({
    service,
    phases: phases.flatMap((phase) => {
      const own = steps.filter((step) => step.phase === phase && step.services.includes(service));
      if (own.length === 0) return [];
      const startMs = Math.min(...own.map((step) => step.startMs));
      return [{ phase, startMs, durationMs: Math.max(...own.map(endOf)) - startMs }];
    }),
  }));
}
