import { portClaims, rangeOf, type Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { isRunning } from './observed.ts';
import { stopId } from './orphans.ts';
import type { ReplicaDecision } from './replicas.ts';
import type { UpInput } from './up-input.ts';

/** Who holds what only one running container can have, a port of the host or a fixed address, and gives it up in this plan. */
export interface Occupants {
  /** The stops after which all that a service's containers ask for is free. */
  stopsBefore(service: Service): readonly StepId[];
  /** Whether another service waits for what the container holds: then it cannot serve until its successor is ready. */
  isAwaited(container: ObservedContainer): boolean;
}

interface Occupant {
  readonly container: ObservedContainer;
  /** Absent for an orphan. */
  readonly service?: ServiceName;
  readonly stop: StepId;
}

export function occupantsOf(
  { project }: UpInput,
  decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>,
  removedOrphans: readonly ObservedContainer[],
): Occupants {
  const leaving = [...removedOrphans.map(removed), ...[...decisions].flatMap(leavingReplicas)].filter(
    ({ container }) => isRunning(container) || container.state === 'paused',
  );
  const byThing = new Map<string, Occupant[]>();
  for (const occupant of leaving) {
    for (const thing of thingsOf(occupant.container)) {
      byThing.set(thing, [...(byThing.get(thing) ?? []), occupant]);
    }
  }
  const before = new Map<ServiceName, readonly Occupant[]>();
  for (const [name, list] of byThing.size === 0 ? [] : decisions) {
    const service = project.services.get(name);
    if (service === undefined || list.every(({ kind }) => kind === 'keep' || kind === 'remove')) continue;
    // The successor of a container waits for it anyway.
    const others = wishesOf(service, networkNames(project))
      .flatMap((thing) => byThing.get(thing) ?? [])
      .filter((occupant) => occupant.service !== name);
    if (others.length > 0) before.set(name, others);
  }
  const awaited = new Set([...before.values()].flat().map(({ container }) => container));
  return {
    stopsBefore: (service) => (before.get(service.name) ?? []).map(({ stop }) => stop),
    isAwaited: (container) => awaited.has(container),
  };
}

function removed(container: ObservedContainer): Occupant {
  return { container, stop: stopId(container) };
}

function leavingReplicas([service, list]: readonly [
  ServiceName,
  readonly ReplicaDecision[],
]): readonly Occupant[] {
  return list.flatMap((decision) => {
    switch (decision.kind) {
      case 'remove':
        return [removed(decision.container)];
      case 'recreate':
      case 'replace':
        return [
          {
            container: decision.container,
            service,
            stop: stepId('container.stop', `${service}/${decision.number}`),
          },
        ];
      default:
        return [];
    }
  });
}

/** `port 8080/tcp`, `address shop_default 10.0.0.5`. Host addresses are left out: who waits in vain waits for a stop only. */
function thingsOf({ ports, networks }: ObservedContainer): readonly string[] {
  return [
    ...ports.flatMap(({ published, protocol }) =>
      published === undefined ? [] : [portThing(published, protocol)],
    ),
    ...networks.flatMap(({ network, ipv4Address }) =>
      ipv4Address === undefined ? [] : [addressThing(network, ipv4Address)],
    ),
  ];
}

function wishesOf(service: Service, nameOf: (key: string) => string): readonly string[] {
  const ports = portClaims(service).flatMap(({ port }) => {
    const range = rangeOf(port.published ?? '');
    if (range === undefined || range.first === 0) return [];
    return Array.from({ length: range.last - range.first + 1 }, (_, at) =>
      portThing(range.first + at, port.protocol),
    );
  });
  const addresses = [...(service.networks ?? [])].flatMap(([key, settings]) =>
    settings?.ipv4_address === undefined ? [] : [addressThing(nameOf(key), settings.ipv4_address)],
  );
  return [...ports, ...addresses];
}

function networkNames({ networks }: UpInput['project']): (key: string) => string {
  return (key) => networks.get(key)?.name ?? key;
}

function portThing(port: number, protocol: string): string {
  return `port ${port}/${protocol}`;
}

function addressThing(network: string, address: string): string {
  return `address ${network} ${address}`;
}
