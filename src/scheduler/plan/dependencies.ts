import type { Dependency, Project } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { parseDependsOnLabel } from '../desired/index.ts';
import type { Dependent } from './gates.ts';
import { isOneOff, replicaNumber, serviceOf } from './observed.ts';
import { separateLeftovers } from './replicas.ts';

/** A service with the containers that it has, lowest number first. */
export interface ExistingService extends Dependent {
  readonly depends_on: ReadonlyMap<ServiceName, Dependency>;
  readonly containers: readonly ObservedContainer[];
}

/**
 * The services of a project, each behind those that it depends on: by the file's word where there is one, else by the
 * labels of its containers. Labels of different ages can contradict each other; what would close a circle is left out.
 */
export function existingServices(
  observed: readonly ObservedContainer[],
  project: Project | undefined,
): readonly ExistingService[] {
  const containers = new Map<ServiceName, ObservedContainer[]>();
  for (const name of project?.services.keys() ?? []) containers.set(name, []);
  for (const container of observed) {
    const name = serviceOf(container);
    if (name === undefined || isOneOff(container) || !(project?.services.has(name) ?? true)) continue;
    containers.set(name, [...(containers.get(name) ?? []), container]);
  }
  for (const [name, own] of containers) {
    const { heirs } = separateLeftovers(own);
    containers.set(
      name,
      // The engine starts neither again.
      heirs.filter(({ state }) => state !== 'dead' && state !== 'removing'),
    );
  }
  const ordered: ExistingService[] = [];
  const done = new Set<ServiceName>();
  const visit = (name: ServiceName, above: ReadonlySet<ServiceName>): void => {
    if (done.has(name)) return;
    const own = containers.get(name) ?? [];
    const written = project?.services.get(name)?.depends_on;
    const all = written ?? parseDependsOnLabel(project === undefined ? own[0]?.labels[labels.dependsOn] : '');
    const path = new Set([...above, name]);
    const kept = [...all].filter(([dependency]) => containers.has(dependency) && !path.has(dependency));
    for (const [dependency] of kept) visit(dependency, path);
    done.add(name);
    ordered.push({
      name,
      depends_on: new Map(kept),
      containers: own.sort((left, right) => replicaNumber(left) - replicaNumber(right)),
    });
  };
  for (const name of [...containers.keys()].sort()) visit(name, new Set());
  return ordered;
}

/** The named services and all that `next` leads to from there; no name is all. */
export function reachedServices(
  services: readonly ExistingService[],
  named: ReadonlySet<ServiceName>,
  next: (service: ExistingService) => Iterable<ServiceName>,
): readonly ExistingService[] {
  if (named.size === 0) return services;
  const byName = new Map(services.map((service) => [service.name, service]));
  const reached = new Set(named);
  for (const name of reached) {
    const service = byName.get(name);
    if (service !== undefined) for (const other of next(service)) reached.add(other);
  }
  return services.filter(({ name }) => reached.has(name));
}
