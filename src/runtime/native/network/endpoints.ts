import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { EndpointSpec } from '../../../network/index.ts';
import { contains, formatAddress, parseAddress, parseSubnet } from './cidr.ts';
import { freeAddress } from './pools.ts';
import type { ContainerRecord, EndpointRecord, NetworkRecord, NetworkState, PoolRecord } from './state.ts';
import { macOf } from './work.ts';

/** A container that had to give its address up; its endpoint waits until it starts again. */
export interface Eviction {
  readonly container: string;
  readonly networkId: string;
}

export interface Reservation {
  readonly endpoint: EndpointRecord;
  readonly evicted: readonly Eviction[];
}

export interface ReservationContext {
  readonly state: NetworkState;
  /** Whose addresses nobody takes. */
  readonly isRunning: (container: string) => boolean;
  readonly container: string;
  /** The container does not start yet: an address that somebody running has is waited for. */
  readonly ahead: boolean;
}

export function findNetwork(state: NetworkState, nameOrId: string): NetworkRecord | undefined {
  return (
    state.networks.find(({ name }) => name === nameOrId) ??
    state.networks.find(({ id }) => id === nameOrId || (nameOrId.length >= 12 && id.startsWith(nameOrId)))
  );
}

export function requireNetwork(state: NetworkState, spec: EndpointSpec): NetworkRecord {
  const network = findNetwork(state, spec.network);
  if (network !== undefined) return network;
  throw new FlotillaError('engine.request', `network ${quote(spec.network)} not found`);
}

/** An endpoint as yet without addresses; devices are named in the order in which they come. */
export function newEndpoint(
  spec: EndpointSpec,
  network: NetworkRecord,
  others: readonly EndpointRecord[],
): EndpointRecord {
  return { networkId: network.id, spec, device: spec.interfaceName ?? freeDevice(network, others) };
}

/** Gives an endpoint its addresses: those it asks for, else the lowest free ones. */
export function reserve(
  context: ReservationContext,
  endpoint: EndpointRecord,
  network: NetworkRecord,
): Reservation {
  const evicted: Eviction[] = [];
  const addresses: { ipv4?: string; ipv6?: string } = {};
  const holders = holdersIn(context.state, network.id, context.container);
  for (const pool of network.pools) {
    const key = pool.subnet.includes(':') ? 'ipv6' : 'ipv4';
    const wanted = key === 'ipv4' ? endpoint.spec.ipv4Address : endpoint.spec.ipv6Address;
    const chosen =
      wanted === undefined
        ? anyAddress(context, network, pool, holders)
        : wantedAddress(context, network, pool, holders, wanted);
    if (chosen === undefined) return { endpoint, evicted: [] };
    addresses[key] = chosen.address;
    if (chosen.from !== undefined) evicted.push({ container: chosen.from, networkId: network.id });
  }
  checkFamilies(endpoint.spec, network);
  const mac = endpoint.spec.macAddress ?? macOf(addresses.ipv4 ?? addresses.ipv6 ?? '');
  return { endpoint: { ...endpoint, ...addresses, mac }, evicted };
}

/** Without addresses: they are somebody else's now. */
function waiting({ networkId, spec, device }: EndpointRecord): EndpointRecord {
  return { networkId, spec, device };
}

interface Choice {
  readonly address: string;
  /** Who has it and has to give it up. */
  readonly from?: string;
}

function anyAddress(
  { isRunning }: ReservationContext,
  network: NetworkRecord,
  pool: PoolRecord,
  holders: ReadonlyMap<string, string>,
): Choice {
  const free = freeAddress(pool, (address) => holders.has(address));
  if (free !== undefined) return { address: free };
  const idle = freeAddress(pool, (address) => isRunning(holders.get(address) ?? ''));
  const from = holders.get(idle ?? '');
  if (idle !== undefined && from !== undefined) return { address: idle, from };
  throw new FlotillaError(
    'engine.address-pool',
    `network "${network.name}" has no free address in ${pool.range ?? pool.subnet}`,
    { hint: 'Remove containers that are in it, or give the network a larger subnet.' },
  );
}

/** Undefined: it is waited for. */
function wantedAddress(
  { isRunning, ahead, state }: ReservationContext,
  network: NetworkRecord,
  pool: PoolRecord,
  holders: ReadonlyMap<string, string>,
  wanted: string,
): Choice | undefined {
  const parsed = parseAddress(wanted);
  const subnet = parseSubnet(pool.subnet);
  if (parsed === undefined || subnet === undefined || !contains(subnet, parsed.family, parsed.value)) {
    throw new FlotillaError(
      'engine.request',
      `the address ${quote(wanted)} is not part of the subnet ${pool.subnet} of network "${network.name}"`,
    );
  }
  const address = formatAddress(parsed.family, parsed.value);
  if (address === pool.gateway) {
    throw new FlotillaError(
      'engine.request',
      `the address ${address} is the gateway of network "${network.name}"`,
    );
  }
  const holder = holders.get(address);
  if (holder === undefined) return { address };
  if (!isRunning(holder)) return ahead ? undefined : { address, from: holder };
  if (ahead) return undefined;
  throw new FlotillaError(
    'engine.conflict',
    `the address ${address} of network "${network.name}" is in use by container ${state.containers[holder]?.name ?? holder}`,
    { hint: 'Stop that container, or choose another address.' },
  );
}

function checkFamilies({ ipv4Address, ipv6Address }: EndpointSpec, network: NetworkRecord): void {
  for (const [wanted, isNew] of [
    [ipv4Address, false],
    [ipv6Address, true],
  ] as const) {
    if (wanted === undefined || network.pools.some(({ subnet }) => subnet.includes(':') === isNew)) continue;
    throw new FlotillaError(
      'engine.request',
      `the address ${quote(wanted)} belongs to no subnet of network "${network.name}"`,
    );
  }
}

function holdersIn(state: NetworkState, networkId: string, besides: string): ReadonlyMap<string, string> {
  const holders = new Map<string, string>();
  for (const [id, { endpoints }] of Object.entries(state.containers)) {
    if (id === besides) continue;
    for (const endpoint of endpoints) {
      if (endpoint.networkId !== networkId) continue;
      if (endpoint.ipv4 !== undefined) holders.set(endpoint.ipv4, id);
      if (endpoint.ipv6 !== undefined) holders.set(endpoint.ipv6, id);
    }
  }
  return holders;
}

function freeDevice({ interfacePrefix }: NetworkRecord, others: readonly EndpointRecord[]): string {
  for (let number = 0; ; number += 1) {
    const name = `${interfacePrefix}${number}`;
    if (!others.some(({ device }) => device === name)) return name;
  }
}

export function withContainer(state: NetworkState, id: string, container: ContainerRecord): NetworkState {
  return { ...state, containers: { ...state.containers, [id]: container } };
}

export function evict(state: NetworkState, evicted: readonly Eviction[]): NetworkState {
  return evicted.reduce((current, { container: id, networkId }) => {
    const container = current.containers[id];
    if (container === undefined) return current;
    const endpoints = container.endpoints.map((each) =>
      each.networkId === networkId ? waiting(each) : each,
    );
    return withContainer(current, id, { ...container, endpoints });
  }, state);
}
