import type { Dependency } from '../../compose/index.ts';
import { type ServiceName, stepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { type ExistingService, existingServices, reachedServices } from './dependencies.ts';
import { isRunning } from './observed.ts';
import { type StartInput, startNotes, startSteps } from './start.ts';
import type { Plan } from './steps.ts';
import { stopSteps } from './stop-order.ts';

export interface RestartInput extends Omit<StartInput, 'wait' | 'waitTimeoutMs'> {
  /** Restart also those that ask for it with `depends_on.X.restart`. */
  readonly dependents: boolean;
  readonly timeoutSeconds?: number;
}

/**
 * Stops and starts containers, and starts those that do not run. Only dependencies with `restart: true` count: who asked
 * for it stops before what it depends on, and starts when that is ready again; all others restart side by side.
 */
export function planRestart(input: RestartInput): Plan {
  const all = existingServices(input.observed.containers, input.project).map(restartEdges);
  const dependents = dependentsIn(all);
  const services = reachedServices(all, input.services, ({ name }) =>
    input.dependents ? (dependents.get(name) ?? []) : [],
  );
  const chosen = new Set(services.map(({ name }) => name));
  const edges = services.map((service) => ({ ...service, depends_on: among(service.depends_on, chosen) }));
  const containers = edges.flatMap((service) => service.containers);
  const causes = new Map(edges.map(({ name, depends_on }) => [name, depends_on.keys().next().value]));
  const reason = (service: ServiceName): string => {
    const cause = causes.get(service);
    return input.services.size === 0 || input.services.has(service) || cause === undefined
      ? 'restart was asked for'
      : `depends_on.${cause}.restart is set and "${cause}" is restarted`;
  };
  return {
    command: 'restart',
    project: input.projectName,
    steps: [
      ...stopSteps(containers, dependentsIn(edges), {
        reason,
        timeoutSeconds: input.timeoutSeconds,
        project: input.project,
      }),
      ...startSteps(edges, {
        project: input.project,
        wait: false,
        reason,
        notesOf: (container, started) => startNotes(input, container, started),
        stopOf: (container) => (stops(container) ? stepId('container.stop', container.name) : undefined),
      }),
    ],
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

function restartEdges(service: ExistingService): ExistingService {
  const edges = [...service.depends_on].filter(([, { restart }]) => restart === true);
  return { ...service, depends_on: new Map(edges) };
}

function among(
  dependencies: ReadonlyMap<ServiceName, Dependency>,
  chosen: ReadonlySet<ServiceName>,
): ReadonlyMap<ServiceName, Dependency> {
  return new Map([...dependencies].filter(([name]) => chosen.has(name)));
}

function dependentsIn(
  services: readonly ExistingService[],
): ReadonlyMap<ServiceName, ReadonlySet<ServiceName>> {
  const dependents = new Map<ServiceName, Set<ServiceName>>();
  for (const { name, depends_on } of services) {
    for (const dependency of depends_on.keys()) {
      dependents.set(dependency, (dependents.get(dependency) ?? new Set()).add(name));
    }
  }
  return dependents;
}

function stops(container: ObservedContainer): boolean {
  return isRunning(container) || container.state === 'paused';
}
