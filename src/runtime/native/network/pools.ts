import { createHash } from 'node:crypto';
import { type Evidence, FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { IpamPoolSpec, NetworkSpec } from '../../../network/index.ts';
import {
  bitsOf,
  contains,
  formatAddress,
  formatSubnet,
  lastOf,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
  sizeOf,
} from './cidr.ts';
import type { PoolRecord } from './state.ts';

/** Which addresses are spoken for on this machine. */
export interface TakenAddresses {
  /** Of networks of all engines of ours. */
  readonly networks: readonly { readonly name: string; readonly subnet: Subnet; readonly used: boolean }[];
  /** The host's routes but the default one; `direct` ones lead to neighbours on a link. */
  readonly routes: readonly { readonly subnet: Subnet; readonly direct: boolean }[];
}

/** The pools of a new network: the user's, or ones of which nothing is taken. */
export function choosePools(spec: NetworkSpec, taken: TakenAddresses, seed: string): readonly PoolRecord[] {
  const given = spec.ipam.pools.map((pool) => readPool(spec, pool));
  const families = [
    ...(spec.enableIpv4 === false ? [] : [4 as const]),
    ...(spec.enableIpv6 === true ? [6 as const] : []),
  ];
  if (families.length === 0) throw refused(spec, 'it has neither IPv4 nor IPv6');
  return families.map((family) => {
    const own = given.filter(({ subnet }) => subnet.family === family);
    if (own.length > 1) throw refused(spec, `it has more than one IPv${family} subnet`);
    const [pool] = own;
    if (pool === undefined) return freePool(spec, family, taken, seed);
    const conflict = conflictOf(pool.subnet, taken);
    if (conflict !== undefined) throw overlap(spec, pool.subnet, conflict);
    return pool.record;
  });
}

function readPool(
  spec: NetworkSpec,
  pool: IpamPoolSpec,
): { readonly subnet: Subnet; readonly record: PoolRecord } {
  const { subnet: text, ipRange, gateway, auxiliaryAddresses } = pool;
  if (text === undefined) throw refused(spec, 'an ip_range or a gateway needs a subnet');
  const subnet = parseSubnet(text);
  if (subnet === undefined) throw refused(spec, `${quote(text)} is not a subnet`);
  if (bitsOf(subnet.family) - subnet.prefix < 2) {
    throw refused(spec, `the subnet ${quote(text)} has no room for containers`);
  }
  const range = ipRange === undefined ? undefined : parseSubnet(ipRange);
  if (ipRange !== undefined && (range === undefined || !contains(subnet, range.family, range.base))) {
    throw refused(spec, `the ip_range ${quote(ipRange)} is not part of the subnet ${quote(text)}`);
  }
  const inside = [...(gateway === undefined ? [] : [gateway]), ...Object.values(auxiliaryAddresses)];
  for (const address of inside) {
    const parsed = parseAddress(address);
    if (parsed === undefined || !contains(subnet, parsed.family, parsed.value)) {
      throw refused(spec, `the address ${quote(address)} is not part of the subnet ${quote(text)}`);
    }
  }
  const auxiliary = Object.values(auxiliaryAddresses).map(canonical);
  const record = {
    subnet: formatSubnet(subnet),
    gateway: gateway === undefined ? firstFree(subnet, auxiliary) : canonical(gateway),
    ...(range === undefined ? {} : { range: formatSubnet(range) }),
    auxiliary,
  };
  return { subnet, record };
}

function freePool(spec: NetworkSpec, family: 4 | 6, taken: TakenAddresses, seed: string): PoolRecord {
  for (const subnet of family === 4 ? defaultPools() : localPools(seed)) {
    const isFree =
      taken.networks.every((network) => !overlaps(network.subnet, subnet)) &&
      taken.routes.every((route) => !overlaps(route.subnet, subnet));
    if (isFree) return { subnet: formatSubnet(subnet), gateway: firstFree(subnet, []), auxiliary: [] };
  }
  throw new FlotillaError(
    'engine.address-pool',
    `cannot create network "${spec.name}": all of the engine's address pools are taken by networks and by routes of the host`,
    {
      hint: 'Remove networks nobody uses, or give the network a subnet of its own.',
      evidence: unusedNetworks(taken),
    },
  );
}

/** Docker's: the private networks 172.17 to 172.31, then 192.168 in blocks of 4096. */
function* defaultPools(): Iterable<Subnet> {
  for (let second = 17n; second < 32n; second += 1n) {
    yield { family: 4, base: (172n << 24n) | (second << 16n), prefix: 16 };
  }
  for (let third = 0n; third < 256n; third += 16n) {
    yield { family: 4, base: (192n << 24n) | (168n << 16n) | (third << 8n), prefix: 20 };
  }
}

/** Unique local addresses (RFC 4193) of this engine, a network each. */
function* localPools(seed: string): Iterable<Subnet> {
  const global = BigInt(`0x${createHash('sha256').update(seed).digest('hex').slice(0, 10)}`);
  const base = (0xfdn << 120n) | (global << 80n);
  for (let number = 0n; number < 0x10000n; number += 1n) {
    yield { family: 6, base: base | (number << 64n), prefix: 64 };
  }
}

/**
 * What stands against a subnet that the user chose: another network, something that the host reaches on a link, or a
 * part of it that the host has another way to. A route that merely covers it (of a VPN, say) does not.
 */
function conflictOf(subnet: Subnet, taken: TakenAddresses): string | undefined {
  const network = taken.networks.find((other) => overlaps(other.subnet, subnet));
  if (network !== undefined) return `network ${network.name} has the subnet ${formatSubnet(network.subnet)}`;
  const route = taken.routes.find(
    (other) =>
      overlaps(other.subnet, subnet) &&
      (other.direct || (other.subnet.prefix >= subnet.prefix && other.subnet.base >= subnet.base)),
  );
  return route === undefined ? undefined : `the host has a route to ${formatSubnet(route.subnet)}`;
}

function overlap(spec: NetworkSpec, subnet: Subnet, conflict: string): FlotillaError {
  return new FlotillaError(
    'engine.address-pool',
    `cannot create network "${spec.name}": its subnet ${formatSubnet(subnet)} overlaps with another one`,
    {
      hint: 'Choose a subnet that no other network of the engine uses.',
      evidence: [{ title: conflict, lines: [] }],
    },
  );
}

function unusedNetworks(taken: TakenAddresses): readonly Evidence[] {
  const names = [...new Set(taken.networks.filter(({ used }) => !used).map(({ name }) => name))].sort();
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : [];
  return [
    {
      title: `no container uses ${names.length === 1 ? 'this network' : `these ${names.length} networks`}:`,
      lines: [...names.slice(0, mostNamed), ...more],
    },
  ];
}

const mostNamed = 8;

function refused(spec: NetworkSpec, why: string): FlotillaError {
  return new FlotillaError('engine.request', `cannot create network "${spec.name}": ${why}`);
}

function firstFree(subnet: Subnet, auxiliary: readonly string[]): string {
  for (let value = subnet.base + 1n; ; value += 1n) {
    const address = formatAddress(subnet.family, value);
    if (!auxiliary.includes(address)) return address;
  }
}

function canonical(address: string): string {
  const parsed = parseAddress(address);
  return parsed === undefined ? address : formatAddress(parsed.family, parsed.value);
}

/** The lowest free address for a container; undefined when there is none. */
export function freeAddress(pool: PoolRecord, isTaken: (address: string) => boolean): string | undefined {
  const subnet = parseSubnet(pool.subnet);
  if (subnet === undefined) throw new Error(`bug in Flotilla: ${JSON.stringify(pool.subnet)} is no subnet`);
  const range = pool.range === undefined ? subnet : (parseSubnet(pool.range) ?? subnet);
  const { family } = subnet;
  // The first address names the subnet, the last of IPv4 is for everybody.
  const last = lastOf(subnet) - (family === 4 ? 1n : 0n);
  const size = sizeOf(family, range.prefix);
  for (let offset = 0n; offset < size && offset < mostTried; offset += 1n) {
    const value = range.base + offset;
    if (value <= subnet.base || value > last) continue;
    const address = formatAddress(family, value);
    if (address !== pool.gateway && !pool.auxiliary.includes(address) && !isTaken(address)) return address;
  }
  return undefined;
}

/** More containers than that are in no network. */
const mostTried = 1n << 20n;
