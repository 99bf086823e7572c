import type { Project } from '../../compose/index.ts';
import { type ProjectName, type ServiceName, stepId } from '../../core/ids.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { isOneOff, serviceOf } from './observed.ts';
import { providerEnds } from './providers.ts';
import type { Plan, Step } from './steps.ts';
import { dependentsOf, stopSteps } from './stop-order.ts';

export interface StopInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known. */
  readonly project?: Project;
  readonly observed: Pick<ObservedState, 'containers'>;
  /** Empty is all of the file's, or without one all. */
  readonly services: ReadonlySet<ServiceName>;
  readonly timeoutSeconds?: number;
  readonly reason: string;
}

/** Stops the project's containers, or those of some services, in reverse dependency order. */
export function planStop(input: StopInput): Plan {
  const containers = input.observed.containers.filter((container) => {
    const service = serviceOf(container);
    const named =
      input.services.size === 0
        ? input.project === undefined || (service !== undefined && input.project.services.has(service))
        : service !== undefined && input.services.has(service);
    return named && !isOneOff(container);
  });
  const stops = stopSteps(containers, dependentsOf(containers, input.project), {
    reason: input.reason,
    project: input.project,
    timeoutSeconds: input.timeoutSeconds,
  });
  return {
    command: 'stop',
    project: input.projectName,
    steps: [...stops, ...providerStops(input, stops)],
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

/** What providers do about a stop is theirs to know; one that knows none is not asked. */
function providerStops(
  { project, services, observed, reason }: StopInput,
  stops: readonly Step[],
): readonly Step[] {
  if (project === undefined) return [];
  const stopped = new Set(stops.map(({ id }) => id));
  return providerEnds(project, 'provider.stop', {
    reason,
    includes: (service) => services.size === 0 || services.has(service),
    endsOf: (service) =>
      observed.containers
        .filter((container) => serviceOf(container) === service)
        .map((container) => stepId('container.stop', container.name))
        .filter((id) => stopped.has(id)),
  });
}
