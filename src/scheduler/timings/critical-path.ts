import type { StepId } from '../../core/ids.ts';
import { endOf, type StepTiming } from './model.ts';

/** From the step that ended last back to the first one, each time by the need that ended last. */
export function criticalPath(steps: readonly StepTiming[]): readonly StepId[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path: StepId[] = [];
  let current = lastToEnd(steps);
  while (current !== undefined) {
    path.unshift(current.id);
    current = lastToEnd(current.needs.flatMap((id) => byId.get(id) ?? []));
  }
  return path;
}

function lastToEnd(steps: readonly StepTiming[]): StepTiming | undefined {
  return steps.reduce<StepTiming | undefined>(
    (last, step) => (last === undefined || endOf(step) > endOf(last) ? step : last),
    undefined,
  );
}
