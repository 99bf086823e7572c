import type { Project } from '../../compose/index.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { existing } from './container-ref.ts';
import { isRunning, serviceOf } from './observed.ts';
import { type Plan, step } from './steps.ts';

export interface KillInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known. */
  readonly project?: Project;
  readonly observed: Pick<ObservedState, 'containers'>;
  /** Empty is all of the file's, or without one all. */
  readonly services: ReadonlySet<ServiceName>;
  /** `SIGKILL` */
  readonly signal: string;
  /** Also what belongs to no service of the file. */
  readonly orphans: boolean;
}

/** Sends a signal to what runs, one-off containers included, all at once and without hooks. */
export function planKill(input: KillInput): Plan {
  return {
    command: 'kill',
    project: input.projectName,
    steps: input.observed.containers
      .filter((container) => isRunning(container) || container.state === 'paused')
      .filter((container) => isMeant(input, container))
      .map((container) =>
        step(
          'container.kill',
          container.name,
          { container: existing(container), signal: input.signal },
          {
            resource: { type: 'Container', name: container.name },
            reason: `kill was asked for, by ${input.signal}`,
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

function isMeant({ project, services, orphans }: KillInput, container: ObservedContainer): boolean {
  const service = serviceOf(container);
  if (services.size > 0) return service !== undefined && services.has(service);
  return orphans || project === undefined || (service !== undefined && project.services.has(service));
}
