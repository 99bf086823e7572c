import { join } from 'node:path';
import type { EndpointSpec } from '../../../network/index.ts';
import type { Root } from '../parts.ts';
import { readJson } from '../system/read-json.ts';

/** What is known of the networks of a root: lasting/networks/state.json. */
export interface NetworkState {
  readonly version: 1;
  /** In the order in which they were made. */
  readonly networks: readonly NetworkRecord[];
  readonly containers: Readonly<Record<string, ContainerRecord>>;
  /** Paths of namespaces that are in no record any more and about to lose their names. */
  readonly doomed?: readonly string[];
  /** Ports of bridges that may still be there although their containers are gone. */
  readonly departed?: readonly DepartedPort[];
}

export interface DepartedPort {
  readonly networkId: string;
  /** In the network's namespace. */
  readonly device: string;
}

export interface NetworkRecord {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly internal: boolean;
  /** The engine's own: there while a container is in it, and no names are known in it. */
  readonly builtIn?: true;
  readonly pools: readonly PoolRecord[];
  /** The host's end of its uplink. */
  readonly device: string;
  /** Within the network's namespace. */
  readonly bridge: string;
  readonly mtu: number;
  readonly masquerade: boolean;
  /** Its containers reach each other. */
  readonly talks: boolean;
  /** How devices in containers begin. */
  readonly interfacePrefix: string;
  /** Where ports are published that name no address. */
  readonly bindAddress?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Its containers have addresses of both families. */
export function isDual({ pools }: NetworkRecord): boolean {
  return pools.some(({ subnet }) => subnet.includes(':'));
}

export interface PoolRecord {
  readonly subnet: string;
  readonly gateway: string;
  /** Addresses are chosen from here. */
  readonly range?: string;
  /** Never given away. */
  readonly auxiliary: readonly string[];
}

export interface ContainerRecord {
  readonly project: string;
  readonly name: string;
  /** Where its questions for outside names go, instead of to the host's servers. */
  readonly dns: readonly string[];
  /** In the order of its devices. */
  readonly endpoints: readonly EndpointRecord[];
}

export interface EndpointRecord {
  readonly networkId: string;
  readonly spec: EndpointSpec;
  readonly device: string;
  /** Without a MAC address it waits: somebody else has the address that it wants, or took it while this one stood. */
  readonly mac?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** What runs now, and the ports that are open for it: volatile/networks/running.json. */
export interface RunningState {
  readonly version: 1;
  readonly containers: Readonly<Record<string, { readonly ports: readonly OpenPort[] }>>;
}

/** What is written of the networks and of what runs in them. */
export interface Books {
  readonly state: NetworkState;
  readonly running: RunningState;
}

export interface OpenPort {
  readonly target: number;
  readonly protocol: string;
  readonly published: number;
  /** Absent: on all addresses of the host. */
  readonly hostIp?: string;
}

export interface Places {
  readonly state: string;
  readonly running: string;
  readonly lock: string;
  readonly firewallLock: string;
  /** There while the firewall is behind the books. */
  readonly firewallDue: string;
  /** Where the namespaces of networks and containers have their names. */
  readonly namespaces: string;
}

export function placesOf(root: Pick<Root, 'lasting' | 'volatile'>): Places {
  const [lasting, volatile] = [join(root.lasting, 'networks'), join(root.volatile, 'networks')];
  return {
    state: join(lasting, 'state.json'),
    running: join(volatile, 'running.json'),
    lock: join(lasting, 'lock'),
    firewallLock: join(volatile, 'firewall.lock'),
    firewallDue: join(volatile, 'firewall-due'),
    namespaces: join(volatile, 'namespaces'),
  };
}

export function readState(places: Places): NetworkState {
  return readJson<NetworkState>(places.state) ?? { version: 1, networks: [], containers: {} };
}

export function readRunning(places: Places): RunningState {
  return readJson<RunningState>(places.running) ?? { version: 1, containers: {} };
}
