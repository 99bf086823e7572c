import type { Project } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { parseDependsOnLabel } from '../desired/index.ts';
import { existing } from './container-ref.ts';
import { lastOf, preStopSteps } from './hooks.ts';
import { isRunning, ownerOf, serviceOf } from './observed.ts';
import { type Step, step } from './steps.ts';

/**
 * Who depends on whom among containers that exist: the file's word where there is one, else the label that each
 * container carries.
 */
export function dependentsOf(
  containers: readonly ObservedContainer[],
  project: Project | undefined,
): ReadonlyMap<ServiceName, ReadonlySet<ServiceName>> {
  const dependents = new Map<ServiceName, Set<ServiceName>>();
  const add = (dependency: ServiceName, dependent: ServiceName): void => {
    const set = dependents.get(dependency) ?? new Set();
    set.add(dependent);
    dependents.set(dependency, set);
  };
  for (const service of project?.services.values() ?? []) {
    for (const dependency of service.depends_on?.keys() ?? []) add(dependency, service.name);
  }
  for (const container of containers) {
    const service = serviceOf(container);
    if (service === undefined || project?.services.has(service) === true) continue;
    for (const dependency of parseDependsOnLabel(container.labels[labels.dependsOn]).keys())
      add(dependency, service);
  }
  return withoutCycles(dependents);
}

/** Labels of different ages can contradict each other; an edge that would close a circle is left out. */
function withoutCycles(
  dependents: ReadonlyMap<ServiceName, ReadonlySet<ServiceName>>,
): ReadonlyMap<ServiceName, ReadonlySet<ServiceName>> {
  const kept = new Map<ServiceName, Set<ServiceName>>();
  const reaches = (from: ServiceName, to: ServiceName): boolean => {
    const seen = new Set<ServiceName>([from]);
    for (const service of seen) {
      if (service === to) return true;
      for (const next of kept.get(service) ?? []) seen.add(next);
    }
    return false;
  };
  for (const [dependency, set] of dependents) {
    for (const dependent of set) {
      if (reaches(dependent, dependency)) continue;
      const list = kept.get(dependency) ?? new Set();
      list.add(dependent);
      kept.set(dependency, list);
    }
  }
  return kept;
}

export interface StopOptions {
  readonly reason: string | ((service: ServiceName) => string);
  readonly timeoutSeconds: number | undefined;
  /** Its services' `pre_stop` hooks run before the stop. */
  readonly project: Project | undefined;
}

/** Stops running containers, dependents before what they depend on; one that fails to stop holds nobody up. */
export function stopSteps(
  containers: readonly ObservedContainer[],
  dependents: ReadonlyMap<ServiceName, ReadonlySet<ServiceName>>,
  options: StopOptions,
): readonly Step[] {
  const running = containers.filter((container) => isRunning(container) || container.state === 'paused');
  const stops = new Map<ServiceName, StepId[]>();
  for (const container of running) {
    const service = serviceOf(container);
    if (service !== undefined) stops.set(service, [...(stops.get(service) ?? []), stopId(container)]);
  }
  return running.flatMap((container) => {
    const name = serviceOf(container);
    const after = stopsBefore(name, dependents, stops);
    const service = name === undefined ? undefined : options.project?.services.get(name);
    const { timeoutSeconds } = options;
    const hooks =
      service === undefined ? [] : preStopSteps(service, container, { needs: [], after, timeoutSeconds });
    const stop = step(
      'container.stop',
      container.name,
      {
        container: existing(container),
        ...ownerOf(container),
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      },
      {
        resource: { type: 'Container', name: container.name },
        reason: reasonFor(container, options.reason),
        needs: lastOf(hooks, []),
        after,
        // The others still have to stop; what the engine refused is told at the end all the same.
        onFailure: 'tolerate',
      },
    );
    return [...hooks, stop];
  });
}

function reasonFor(container: ObservedContainer, reason: StopOptions['reason']): string {
  const service = serviceOf(container);
  if (typeof reason === 'string') return reason;
  return service === undefined ? '' : reason(service);
}

/**
 * The stops of the dependents; through a dependent that does not run (a finished job, say) those of its dependents,
 * which still rely on what it relied on.
 */
function stopsBefore(
  service: ServiceName | undefined,
  dependents: ReadonlyMap<ServiceName, ReadonlySet<ServiceName>>,
  stops: ReadonlyMap<ServiceName, readonly StepId[]>,
): readonly StepId[] {
  const reached = new Set<ServiceName>(service === undefined ? [] : dependents.get(service));
  const before: StepId[] = [];
  for (const dependent of reached) {
    const own = stops.get(dependent);
    if (own === undefined) for (const next of dependents.get(dependent) ?? []) reached.add(next);
    else before.push(...own);
  }
  return before;
}

function stopId(container: ObservedContainer): StepId {
  return stepId('container.stop', container.name);
}
