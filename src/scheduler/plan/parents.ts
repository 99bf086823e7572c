import type { LoadResult, Service } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import { replicaCount } from '../desired/index.ts';
import { type Representatives, serviceParents } from './recreate.ts';

/**
 * Services that hold on to the container of a service which will have none: it is scaled to 0, or it is no part of this
 * run and was never made.
 */
export function missingParents(
  order: readonly Service[],
  representatives: Representatives,
  locate: LoadResult['locate'],
): readonly Diagnostic[] {
  const counts = new Map(order.map((service) => [service.name, replicaCount(service)]));
  return order
    .filter((service) => counts.get(service.name) !== 0)
    .flatMap((service) =>
      serviceParents(service).flatMap((parent) => {
        const count = counts.get(parent);
        if (count === 0) return [missingParent(service.name, parent, 'scaled to 0', locate)];
        return count === undefined && !representatives.has(parent)
          ? [missingParent(service.name, parent, 'without a container', locate)]
          : [];
      }),
    );
}

function missingParent(
  service: ServiceName,
  parent: ServiceName,
  state: 'scaled to 0' | 'without a container',
  locate: LoadResult['locate'],
): Diagnostic {
  return {
    severity: 'error',
    code: 'run.container-missing',
    message: `service "${service}" shares namespaces or volumes with "${parent}", which is ${state}`,
    hint:
      state === 'scaled to 0'
        ? `Give "${parent}" a replica, or scale "${service}" to 0 too.`
        : `Bring "${parent}" up too: leave --no-deps out.`,
    path: `services.${service}`,
    ...placed(locate(['services', service])),
  };
}
