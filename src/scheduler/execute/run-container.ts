import type { ContainerId, ServiceName, StepId } from '../../core/ids.ts';
import type { Plan } from '../plan/index.ts';

/** The container that stands for a service at this moment of a run: the one with the lowest number. */
export function runContainerOf(
  { references }: Pick<Plan, 'references'>,
  made: ReadonlyMap<StepId, ContainerId>,
  service: ServiceName,
): ContainerId | undefined {
  const existing = references.find((reference) => reference.service === service);
  const prefix = `container.create:${service}/`;
  let lowest = existing?.number ?? Number.POSITIVE_INFINITY;
  let container = existing?.container;
  for (const [step, id] of made) {
    const number = step.startsWith(prefix) ? Number(step.slice(prefix.length)) : Number.NaN;
    // Of the same number, the one that this run made is the successor of the one that was there.
    if (number > lowest || Number.isNaN(number)) continue;
    lowest = number;
    container = id;
  }
  return container;
}
