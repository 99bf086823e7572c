import type { Project } from '../../compose/index.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { isOneOff, serviceOf } from './observed.ts';
import type { Plan } from './steps.ts';
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
  return {
    command: 'stop',
    project: input.projectName,
    steps: stopSteps(containers, dependentsOf(containers, input.project), {
      reason: input.reason,
      project: input.project,
      timeoutSeconds: input.timeoutSeconds,
    }),
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}
