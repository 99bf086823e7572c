import type { Project, Service } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { PlannedReplica } from './planned-replica.ts';

/** `container:alias` pairs for `links` and `external_links`; N in `service-N` is the dependent's number, as in docker compose. */
export function serviceLinks(
  project: Project,
  service: Service,
  number: number,
  replicas: ReadonlyMap<ServiceName, readonly PlannedReplica[]>,
): readonly string[] {
  const separator = project.separator ?? '-';
  const internal = (service.links ?? []).flatMap((link) => {
    const [target = '', alias = target] = link.split(':');
    return (replicas.get(target as ServiceName) ?? []).flatMap(({ ref }) => [
      `${ref.name}:${alias}`,
      `${ref.name}:${[target, number].join(separator)}`,
      `${ref.name}:${[project.name, target, number].join(separator)}`,
    ]);
  });
  const external = (service.external_links ?? []).map((link) =>
    link.includes(':') ? link : `${link}:${link}`,
  );
  return [...internal, ...external];
}
