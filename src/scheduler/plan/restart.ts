import type { Dependency } from '../../compose/index.ts';
import { type ServiceName, stepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { type ExistingService, existingServices, reachedServices } from './dependencies.ts';
import { isRunning } from './observed.ts';
import { serviceParents } from './recreate.ts';
import { type StartInput, startNotes, startSteps } from './start.ts';
import type { Plan } from './steps.ts';
import { stopSteps } from './stop-order.ts';

export interface RestartInput extends Omit<StartInput, 'wait' | 'waitTimeoutMs'> {
  /** Restart also those that ask for it with `depends_on.X.restart`. */
  readonly dependents: boolean;
  readonly timeoutSeconds?: number;
}

/**
 * Stops and starts containers, and starts those that do not run. Only dependencies with `restart: true` count, and those
 * whose namespaces or volumes a service shares: it stops before them, and starts when they are ready again; all others
 * restart side by side.
 */
export function planRestart(input: RestartInput): Plan {
  const existing = existingServices(input.observed.containers, input.project);
  const all = existing.map((service) => withEdges(service, ({ restart }) => restart === true));
  const dependents = dependentsIn(all);
  const services = reachedServices(all, input.services, ({ name }) =>
    input.dependents ? (dependents.get(name) ?? []) : [],
  );
  const chosen = new Set(services.map(({ name }) => name));
  const edges = existing
    .filter(({ name }) => chosen.has(name))
    .map((service) => {
      const definition = input.project?.services.get(service.name);
      const parents = new Set(definition === undefined ? [] : serviceParents(definition));
      return withEdges(
        service,
        ({ restart }, name) => chosen.has(name) && (restart === true || parents.has(name)),
      );
    });
  const containers = edges.flatMap((service) => service.containers);
  const causes = new Map(
    services.map(({ name, depends_on }) => [
      name,
      [...depends_on.keys()].find((dependency) => chosen.has(dependency)),
    ]),
  );
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

function withEdges(
  service: ExistingService,
  isMeant: (dependency: Dependency, name: ServiceName) => boolean,
): ExistingService {
  const edges = [...service.depends_on].filter(([name, dependency]) => isMeant(dependency, name));
  return { ...service, depends_on: new Map(edges) };
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
