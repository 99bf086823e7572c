import { replicaCount } from '../host-ports.ts';
import { limits } from '../limits.ts';
import type { Service } from '../project.ts';
import type { Refused, RefusedIn } from './refused.ts';

/** More containers of one service than any machine carries: a plan of them has no room in memory. */
export function refusedReplicas({ services }: RefusedIn): readonly Refused[] {
  return services
    .filter((service) => replicaCount(service) > limits.replicas)
    .map((service) => ({
      path: ['services', service.name, ...keyOf(service)],
      message: `services.${service.name}: ${replicaCount(service)} containers are more than a machine carries`,
      hint: `A service has ${limits.replicas} at most.`,
    }));
}

function keyOf(service: Service): readonly string[] {
  return service.scale === undefined ? ['deploy', 'replicas'] : ['scale'];
}
