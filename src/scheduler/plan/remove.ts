import type { Project } from '../../compose/index.ts';
import { type ProjectName, type ServiceName, stepId } from '../../core/ids.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { existing } from './container-ref.ts';
import { isOneOff, isRunning, ownerOf, serviceOf } from './observed.ts';
import { sweepOwnVolumes } from './own-volumes.ts';
import { type Plan, step } from './steps.ts';
import { dependentsOf, stopSteps } from './stop-order.ts';

export interface RemoveInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known. */
  readonly project?: Project;
  readonly observed: Pick<ObservedState, 'containers' | 'volumes'>;
  /** Empty is all of the file's, or without one all. */
  readonly services: ReadonlySet<ServiceName>;
  /** Stop what runs, and remove it too. */
  readonly stop: boolean;
  /** Anonymous volumes go with their containers. */
  readonly volumes: boolean;
}

/** Removes the containers of services that do not run. */
export function planRemove(input: RemoveInput): Plan {
  const { observed, project } = input;
  const meant = observed.containers.filter((container) => isMeant(input, container));
  const removed = meant.filter((container) => input.stop || !stops(container));
  const ends = stopSteps(removed, dependentsOf(removed, project), {
    reason: 'rm --stop was asked for',
    project,
    timeoutSeconds: undefined,
  });
  const removals = removed.map((container) =>
    step(
      'container.remove',
      container.name,
      { container: existing(container), ...ownerOf(container), volumes: input.volumes },
      {
        resource: { type: 'Container', name: container.name },
        reason: 'rm was asked for',
        needs: stops(container) ? [stepId('container.stop', container.name)] : [],
      },
    ),
  );
  const steps = [...ends, ...removals];
  return {
    command: 'rm',
    project: input.projectName,
    steps: [...steps, ...sweepOwnVolumes(input.projectName, observed, steps)],
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

function isMeant({ project, services }: RemoveInput, container: ObservedContainer): boolean {
  const service = serviceOf(container);
  if (isOneOff(container)) return false;
  if (services.size > 0) return service !== undefined && services.has(service);
  return project === undefined || (service !== undefined && project.services.has(service));
}

function stops(container: ObservedContainer): boolean {
  return isRunning(container) || container.state === 'paused';
}
