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
 * Stops and starts containers, and starts those that do not run. Dependencies with `restart: true` decide who takes part;
 * among those that do, each stops before what it depends on, and starts when that is ready again.
 */
export function planRestart(input: RestartInput): Plan {
  const existing = existingServices(input.observed.containers, input.project);
  const propagating = existing.map(withRestartEdges);
  const dependents = dependentsIn(propagating);
  const services = reachedServices(propagating, input.services, ({ name }) =>
    input.dependents ? (dependents.get(name) ?? []) : [],
  );
  const chosen = new Set(services.map(({ name }) => name));
  const edges = edgesAmong(chosen, existing);
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

function withRestartEdges(service: ExistingService): ExistingService {
  const edges = [...service.depends_on].filter(([, { restart }]) => restart === true);
  return { ...service, depends_on: new Map(edges) };
}

/**
 * The chosen services, given with all others behind those that they depend on. What one depends on through others, which
 * are left alone, it depends on as the last of them does.
 */
function edgesAmong(
  chosen: ReadonlySet<ServiceName>,
  existing: readonly ExistingService[],
): readonly ExistingService[] {
  const found = new Map<ServiceName, ReadonlyMap<ServiceName, Dependency>>();
  for (const { name, depends_on } of existing) {
    const direct = [...depends_on].filter(([dependency]) => chosen.has(dependency));
    const through = [...depends_on.keys()].flatMap((dependency) =>
      chosen.has(dependency) ? [] : [...(found.get(dependency) ?? [])],
    );
    found.set(name, new Map([...through, ...direct]));
  }
  return existing
    .filter(({ name }) => chosen.has(name))
    .map((service) => ({ ...service, depends_on: found.get(service.name) ?? new Map() }));
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
