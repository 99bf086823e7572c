import type { NetworkRecord, NetworkState, OpenPort, RunningState } from './state.ts';
import { networkOf, wayOut } from './work.ts';

/** How the host's ends of uplinks begin: of this engine, and of all engines. */
export function devicePrefix(tag: string): string {
  return `${anyDevice}${tag}`;
}

const anyDevice = 'fl';

/**
 * The engine's table for nftables, as one transaction that makes it what it shall be, whatever it was: outgoing traffic
 * gets an address of the host, published ports lead to containers, and nothing else comes in from elsewhere.
 */
export function firewallText(tag: string, state: NetworkState, running: RunningState): string {
  const table = `inet ${tableName(tag)}`;
  const [own, all] = [`"${devicePrefix(tag)}*"`, `"${anyDevice}*"`];
  const maps = portMaps(state, running);
  const outward = state.networks.filter(({ internal }) => !internal);
  return [
    `add table ${table}`,
    ...[4, 6].flatMap((family) => [
      ...filled(table, 'map', `any${family}`, anyType(family), maps[`any${family}`] ?? []),
      ...filled(table, 'map', `at${family}`, atType(family), maps[`at${family}`] ?? []),
      ...filled(table, 'set', `own${family}`, ownType(family), ownSubnets(outward, family)),
      ...filled(table, 'set', `masked${family}`, maskedType(family), maskedSubnets(outward, family)),
    ]),
    // A container must not speak in the name of the host's loopback, nor to it.
    ...chain(table, 'raw', 'type filter hook prerouting priority raw; policy accept;', [
      `iifname ${own} ip daddr 127.0.0.0/8 drop`,
      `iifname ${own} ip saddr 127.0.0.0/8 drop`,
    ]),
    ...chain(table, 'prerouting', 'type nat hook prerouting priority dstnat; policy accept;', [
      // Only the host itself reaches what is published on its loopback.
      'ip daddr 127.0.0.0/8 return',
      ...dnatRules,
    ]),
    ...chain(table, 'output', 'type nat hook output priority -100; policy accept;', dnatRules),
    ...chain(table, 'postrouting', 'type nat hook postrouting priority srcnat; policy accept;', [
      `oifname ${own} ip saddr 127.0.0.0/8 masquerade`,
      // Back into the network that it came from: without this the answer would take the short way.
      'oifname . ip saddr @own4 ct status dnat masquerade',
      'oifname . ip6 saddr @own6 ct status dnat masquerade',
      `oifname != ${all} ip saddr @masked4 masquerade`,
      `oifname != ${all} ip6 saddr @masked6 masquerade`,
    ]),
    ...chain(table, 'forward', 'type filter hook forward priority filter; policy accept;', [
      `oifname != ${own} accept`,
      'ct state established,related accept',
      'ct status dnat accept',
      'drop',
    ]),
    '',
  ].join('\n');
}

/** Takes the table away, whether it is there or not. */
export function noFirewallText(tag: string): string {
  const table = `inet ${tableName(tag)}`;
  return `add table ${table}\ndelete table ${table}\n`;
}

export function tableName(tag: string): string {
  return `flotilla_${tag}`;
}

const dnatRules = [
  'dnat ip to ip daddr . meta l4proto . th dport map @at4',
  'dnat ip6 to ip6 daddr . meta l4proto . th dport map @at6',
  'fib daddr type local dnat ip to meta l4proto . th dport map @any4',
  'fib daddr type local dnat ip6 to meta l4proto . th dport map @any6',
];

function anyType(family: number): string {
  return `type inet_proto . inet_service : ipv${family}_addr . inet_service;`;
}

function atType(family: number): string {
  return `type ipv${family}_addr . inet_proto . inet_service : ipv${family}_addr . inet_service;`;
}

function ownType(family: number): string {
  return `type ifname . ipv${family}_addr; flags interval;`;
}

function maskedType(family: number): string {
  return `type ipv${family}_addr; flags interval;`;
}

function filled(
  table: string,
  kind: 'map' | 'set',
  name: string,
  type: string,
  elements: readonly string[],
): readonly string[] {
  return [
    `add ${kind} ${table} ${name} { ${type} }`,
    `flush ${kind} ${table} ${name}`,
    ...(elements.length === 0 ? [] : [`add element ${table} ${name} { ${elements.join(', ')} }`]),
  ];
}

function chain(table: string, name: string, type: string, rules: readonly string[]): readonly string[] {
  return [
    `add chain ${table} ${name} { ${type} }`,
    `flush chain ${table} ${name}`,
    ...rules.map((rule) => `add rule ${table} ${name} ${rule}`),
  ];
}

function ownSubnets(networks: readonly NetworkRecord[], family: number): readonly string[] {
  return networks.flatMap(({ device, pools }) =>
    subnets(pools, family).map((subnet) => `"${device}" . ${subnet}`),
  );
}

function maskedSubnets(networks: readonly NetworkRecord[], family: number): readonly string[] {
  return networks.flatMap(({ masquerade, pools }) => (masquerade ? subnets(pools, family) : []));
}

function subnets(pools: NetworkRecord['pools'], family: number): readonly string[] {
  return pools.map(({ subnet }) => subnet).filter((subnet) => subnet.includes(':') === (family === 6));
}

function portMaps(state: NetworkState, running: RunningState): Readonly<Record<string, readonly string[]>> {
  const maps: Record<string, string[]> = { any4: [], any6: [], at4: [], at6: [] };
  for (const [id, { ports }] of Object.entries(running.containers)) {
    const target = publishingAddresses(state, id);
    for (const port of ports) {
      const service = `${port.protocol} . ${port.published}`;
      if (target.ipv4 !== undefined && (port.hostIp === undefined || isOld(port.hostIp))) {
        const to = `${target.ipv4} . ${port.target}`;
        if (isEverywhere(port)) maps['any4']?.push(`${service} : ${to}`);
        else maps['at4']?.push(`${port.hostIp} . ${service} : ${to}`);
      }
      if (target.ipv6 !== undefined && (port.hostIp === undefined || !isOld(port.hostIp))) {
        const to = `${target.ipv6} . ${port.target}`;
        if (isEverywhere(port)) maps['any6']?.push(`${service} : ${to}`);
        else maps['at6']?.push(`${port.hostIp} . ${service} : ${to}`);
      }
    }
  }
  return maps;
}

/** Where a container's published ports lead: into the networks over which it reaches the outside. */
export function publishingAddresses(state: NetworkState, id: string): PublishingAddresses {
  const joined = (state.containers[id]?.endpoints ?? [])
    .filter(({ networkId }) => state.networks.some((network) => network.id === networkId))
    .map((endpoint) => ({ endpoint, network: networkOf(state, endpoint) }));
  const [way4, way6] = ([4, 6] as const).map((family) => wayOut(joined, family));
  const [ipv4, ipv6] = [way4?.endpoint.ipv4, way6?.endpoint.ipv6];
  const networkId = (way4 ?? way6)?.network.id;
  return {
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(networkId === undefined ? {} : { networkId }),
  };
}

export interface PublishingAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Of the one that says where ports are opened that name no address. */
  readonly networkId?: string;
}

function isEverywhere({ hostIp }: OpenPort): boolean {
  return hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::';
}

function isOld(address: string): boolean {
  return !address.includes(':');
}
