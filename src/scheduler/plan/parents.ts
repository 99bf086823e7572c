import type { LoadResult, Service } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import { replicaCount } from '../desired/index.ts';
import { serviceParents } from './recreate.ts';

/** Services that hold on to the container of a service which will have none, because it is scaled to 0. */
export function missingParents(
  order: readonly Service[],
  locate: LoadResult['locate'],
): readonly Diagnostic[] {
  const empty = new Set(order.filter((service) => replicaCount(service) === 0).map(({ name }) => name));
  return order
    .filter((service) => !empty.has(service.name))
    .flatMap((service) =>
      serviceParents(service)
        .filter((parent) => empty.has(parent))
        .map((parent) => missingParent(service.name, parent, locate)),
    );
}

function missingParent(service: ServiceName, parent: ServiceName, locate: LoadResult['locate']): Diagnostic {
  return {
    severity: 'error',
    code: 'run.container-missing',
    message: `service "${service}" shares namespaces or volumes with "${parent}", which is scaled to 0`,
    hint: `Give "${parent}" a replica, or scale "${service}" to 0 too.`,
    path: `services.${service}`,
    ...placed(locate(['services', service])),
  };
}
