import type { ServiceName } from '../../core/ids.ts';
import type { Project, Service } from '../project.ts';

/** Services that this one needs directly, as far as they are enabled. */
export function dependenciesOf(project: Project, name: ServiceName): readonly ServiceName[] {
  const service = project.services.get(name);
  return [...(service?.depends_on?.keys() ?? [])].filter((needed) => project.services.has(needed));
}

/** Services that need this one directly. */
export function dependentsOf(project: Project, name: ServiceName): readonly ServiceName[] {
  return [...project.services.values()]
    .filter((service) => service.depends_on?.has(name))
    .map((service) => service.name);
}

/** Every service after all that it needs; independent ones in byte order of their names. Linear in services and edges. */
export function dependencyOrder(project: Project): readonly ServiceName[] {
  const order: ServiceName[] = [];
  const seen = new Set<ServiceName>();
  for (const root of project.services.keys()) {
    const stack: { readonly name: ServiceName; readonly rest: Iterator<ServiceName> }[] = [];
    const enter = (name: ServiceName): void => {
      if (seen.has(name)) return;
      seen.add(name);
      stack.push({ name, rest: dependenciesOf(project, name)[Symbol.iterator]() });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        order.push(top.name);
        stack.pop();
      } else enter(next.value);
    }
  }
  return order;
}

/** A cycle of `depends_on` as `[a, b, a]`, or undefined. */
export function findCycle(services: ReadonlyMap<ServiceName, Service>): readonly ServiceName[] | undefined {
  const state = new Map<ServiceName, 'open' | 'done'>();
  for (const root of services.keys()) {
    const path: ServiceName[] = [];
    const iterators: Iterator<ServiceName>[] = [];
    const enter = (name: ServiceName): readonly ServiceName[] | undefined => {
      const known = state.get(name);
      if (known === 'open') return [...path.slice(path.indexOf(name)), name];
      const service = services.get(name);
      if (known === 'done' || service === undefined) return undefined;
      state.set(name, 'open');
      path.push(name);
      iterators.push((service.depends_on ?? new Map<ServiceName, unknown>()).keys()[Symbol.iterator]());
      return undefined;
    };
    enter(root);
    for (let top = iterators.at(-1); top !== undefined; top = iterators.at(-1)) {
      const next = top.next();
      if (next.done === true) {
        state.set(path.pop() as ServiceName, 'done');
        iterators.pop();
        continue;
      }
      const cycle = enter(next.value);
      if (cycle !== undefined) return cycle;
    }
  }
  return undefined;
}
