import type { Project } from '../../compose/index.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { existing } from './container-ref.ts';
import { isOneOff, serviceOf } from './observed.ts';
import { type Plan, step } from './steps.ts';

export interface PauseInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known. */
  readonly project?: Project;
  readonly observed: Pick<ObservedState, 'containers'>;
  /** Empty is all of the file's, or without one all. */
  readonly services: ReadonlySet<ServiceName>;
}

/** Holds still what runs, all at once; one-off containers go on. */
export function planPause(input: PauseInput): Plan {
  return planSwitch(input, 'pause', 'running');
}

/** Lets go on what is held still, all at once. */
export function planUnpause(input: PauseInput): Plan {
  return planSwitch(input, 'unpause', 'paused');
}

function planSwitch(input: PauseInput, command: 'pause' | 'unpause', from: ObservedContainer['state']): Plan {
  return {
    command,
    project: input.projectName,
    steps: input.observed.containers
      .filter((container) => container.state === from && isMeant(input, container))
      .map((container) =>
        step(
          `container.${command}`,
          container.name,
          { container: existing(container) },
          {
            resource: { type: 'Container', name: container.name },
            reason: `${command} was asked for`,
            onFailure: 'tolerate',
          },
        ),
      ),
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

function isMeant({ project, services }: PauseInput, container: ObservedContainer): boolean {
  const service = serviceOf(container);
  if (service === undefined || isOneOff(container)) return false;
  if (services.size > 0) return services.has(service);
  return project === undefined || project.services.has(service);
}
