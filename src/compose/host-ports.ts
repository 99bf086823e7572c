import type { Port, Project, Service } from './project.ts';

/** A port that one service wants to publish on the machine. */
export interface PortClaim {
  readonly service: Service;
  readonly port: Port;
  /** In the `ports` of the service. */
  readonly index: number;
}

/** How many containers of a service there are to be. */
export function replicaCount(service: Service): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}

/** Without a network of its own, or without containers, a service publishes nothing. */
export function portClaims(service: Service): readonly PortClaim[] {
  if (replicaCount(service) === 0) return [];
  if (/^(?:host|none|service:|container:)/.test(service.network_mode ?? '')) return [];
  return (service.ports ?? []).map((port, index) => ({ service, port, index }));
}

export interface CrowdedPort {
  readonly claim: PortClaim;
  readonly first: number;
  /** How many ports there are for more replicas. */
  readonly free: number;
  readonly replicas: number;
}

/** Replicas of one service each need a port of their own. */
export function crowdedPort(claim: PortClaim): CrowdedPort | undefined {
  const replicas = replicaCount(claim.service);
  const range = rangeOf(claim.port.published ?? '');
  if (range === undefined || range.first === 0) return undefined;
  const free = range.last - range.first + 1;
  return replicas > free ? { claim, first: range.first, free, replicas } : undefined;
}

export interface SharedPort {
  readonly claim: PortClaim;
  /** Who has it already. */
  readonly owner: PortClaim;
  readonly number: number;
  readonly protocol: string;
}

/** Fixed ports that two containers of the project would have at the same time, in the order of the claims. */
export function sharedPorts(project: Project, claims: readonly PortClaim[]): readonly SharedPort[] {
  const byPort = new Map<string, PortClaim[]>();
  return claims.flatMap((claim) => {
    const range = rangeOf(claim.port.published ?? '');
    if (range === undefined || range.first !== range.last || range.first === 0) return [];
    const protocol = claim.port.protocol || 'tcp';
    const key = `${range.first}/${protocol}`;
    const earlier = byPort.get(key) ?? [];
    const owner = earlier.find((other) => collide(project, other, claim));
    byPort.set(key, [...earlier, claim]);
    return owner === undefined ? [] : [{ claim, owner, number: range.first, protocol }];
  });
}

/** `8080`, `8000-8010`; undefined for what is no port or range. 0 leaves the choice to the engine. */
export function rangeOf(text: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  return last < first || last > 65535 ? undefined : { first, last };
}

function collide(project: Project, left: PortClaim, right: PortClaim): boolean {
  if (!addressesOverlap(left.port.host_ip ?? '', right.port.host_ip ?? '')) return false;
  return (
    !finishedBefore(project, left.service).has(right.service.name) &&
    !finishedBefore(project, right.service).has(left.service.name)
  );
}

/** Whether two listeners get in each other's way; an empty address is all of them. Of two families, only when both are named. */
export function addressesOverlap(left: string, right: string): boolean {
  if (left === right || left === '' || right === '') return true;
  if (left.includes(':') !== right.includes(':')) return false;
  return [left, right].some((address) => address === '0.0.0.0' || address === '::');
}

/** Services that have given their ports back when this one starts. */
function finishedBefore(project: Project, service: Service, seen = new Set<string>()): ReadonlySet<string> {
  const finished = new Set<string>();
  if (seen.has(service.name)) return finished;
  seen.add(service.name);
  for (const [name, { condition }] of service.depends_on ?? []) {
    const needed = project.services.get(name);
    if (needed === undefined) continue;
    if (condition === 'service_completed_successfully') finished.add(name);
    for (const earlier of finishedBefore(project, needed, seen)) finished.add(earlier);
  }
  return finished;
}
