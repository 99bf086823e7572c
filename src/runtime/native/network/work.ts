import { compareBytes } from '../../../core/text.ts';
import { formatAddress, parseAddress, parseSubnet } from './cidr.ts';
import { hostNamespace, type LinkChange, type Namespace, type Work } from './links.ts';
import type { ContainerRecord, EndpointRecord, NetworkRecord, NetworkState } from './state.ts';

/** The addresses of every uplink, the same on each: the host's end, which is what `host-gateway` means, and the network's. */
export const uplink = { host: '169.254.1.1', inside: '169.254.1.2' } as const;

/**
 * Where names are answered, as on Docker. In a container this one loopback address leads to the gateway, so that
 * configurations which name it work, and nothing has to be translated.
 */
export const nameServer = '127.0.0.11';

/** Of both ends of an uplink, alone on their link. */
const uplink6 = { host: 'fe80::1', inside: 'fe80::2' } as const;
const uplinkDevice = 'uplink';

/** Makes a network's namespace: a bridge with the gateways' addresses, and the way to the host. */
export function networkWork(network: NetworkRecord, path: string): readonly Work[] {
  const inside: Namespace = { kind: 'named', path };
  const { bridge, mtu, internal, device } = network;
  const isDual = network.pools.some(({ subnet }) => subnet.includes(':'));
  const gateway = network.pools.map((pool) => pool.gateway);
  return [
    {
      namespace: inside,
      make: true,
      settings: [
        ['net/ipv4/ip_forward', internal ? '0' : '1'],
        ...(isDual
          ? ([['net/ipv6/conf/all/forwarding', internal ? '0' : '1']] as const)
          : ([['net/ipv6/conf/default/disable_ipv6', '1']] as const)),
      ],
      changes: [
        { kind: 'up', device: 'lo' },
        { kind: 'bridge', name: bridge, mac: macOf(gateway[0] ?? ''), mtu },
        ...network.pools.map(
          (pool): LinkChange => ({
            kind: 'address',
            device: bridge,
            address: pool.gateway,
            prefix: prefixOf(pool.subnet),
          }),
        ),
        { kind: 'setting', path: `net/ipv4/conf/${bridge}/route_localnet`, value: '1' },
        ...(internal ? [] : uplinkInside(device, mtu, isDual)),
      ],
    },
    ...(internal
      ? []
      : [
          { namespace: hostNamespace, changes: uplinkOutside(network, isDual) },
          { namespace: inside, changes: [{ kind: 'ready' as const, device: uplinkDevice }] },
        ]),
  ];
}

function uplinkInside(device: string, mtu: number, isDual: boolean): readonly LinkChange[] {
  const own = uplinkDevice;
  return [
    { kind: 'pair', name: own, mtu, peer: { name: device, namespace: hostNamespace } },
    { kind: 'address', device: own, address: uplink.inside, prefix: 32 },
    { kind: 'route', device: own, family: 4, via: uplink.host },
    ...(isDual
      ? ([
          { kind: 'address', device: own, address: uplink6.inside, prefix: 64 },
          { kind: 'route', device: own, family: 6, via: uplink6.host },
        ] as const)
      : []),
  ];
}

function uplinkOutside({ device, pools }: NetworkRecord, isDual: boolean): readonly LinkChange[] {
  return [
    { kind: 'up', device },
    { kind: 'address', device, address: uplink.host, prefix: 32 },
    // So that what is published on the host's loopback can be led into the network.
    { kind: 'setting', path: `net/ipv4/conf/${device}/route_localnet`, value: '1' },
    ...(isDual ? ([{ kind: 'address', device, address: uplink6.host, prefix: 64 }] as const) : []),
    ...pools.map(({ subnet }): LinkChange => {
      const isNew = subnet.includes(':');
      return {
        kind: 'route',
        device,
        family: isNew ? 6 : 4,
        to: subnet,
        via: isNew ? uplink6.inside : uplink.inside,
      };
    }),
  ];
}

/** Makes a container's namespace with all its endpoints; `pathOf` names the namespaces of its networks. */
export function containerWork(
  id: string,
  container: ContainerRecord,
  state: NetworkState,
  path: string,
  pathOf: (networkId: string) => string,
): readonly Work[] {
  const joined = container.endpoints.map((endpoint) => ({ endpoint, network: networkOf(state, endpoint) }));
  const inside: Namespace = { kind: 'named', path };
  return [
    { namespace: inside, make: true, settings: containerSettings(joined), changes: [] },
    ...joined.map(({ endpoint, network }) => portWork(id, endpoint, network, inside, pathOf(network.id))),
    {
      namespace: inside,
      changes: [
        { kind: 'up', device: 'lo' },
        ...loopbackGuard,
        ...joined.flatMap(({ endpoint, network }) => endpointChanges(endpoint, network)),
        ...defaultRoutes(joined),
        ...nameRoute(joined),
      ],
    },
    ...joined.map(({ network }) => portReady(id, network, pathOf(network.id))),
  ];
}

/** An endpoint and its network. */
export interface Joined {
  readonly endpoint: EndpointRecord;
  readonly network: NetworkRecord;
}

/** A container's end in one network: the port of the bridge, its device in the container. */
export function portWork(
  id: string,
  endpoint: EndpointRecord,
  network: NetworkRecord,
  inside: Namespace,
  networkPath: string,
): Work {
  const name = portName(id);
  return {
    namespace: { kind: 'named', path: networkPath },
    changes: [
      {
        kind: 'pair' as const,
        name,
        mtu: network.mtu,
        bridge: network.bridge,
        peer: {
          name: endpoint.device,
          namespace: inside,
          ...(endpoint.mac === undefined ? {} : { mac: endpoint.mac }),
        },
      },
      ...(network.talks ? [] : [{ kind: 'isolate' as const, device: name }]),
    ],
  };
}

/** To be done once the device in the container is up. The bridge itself follows its first port. */
export function portReady(id: string, network: NetworkRecord, networkPath: string): Work {
  return {
    namespace: { kind: 'named', path: networkPath },
    changes: [portName(id), network.bridge].map((device) => ({ kind: 'ready', device })),
  };
}

export function endpointChanges(endpoint: EndpointRecord, network: NetworkRecord): readonly LinkChange[] {
  const { device } = endpoint;
  const own = [endpoint.ipv4, endpoint.ipv6].filter((address) => address !== undefined);
  const [v4, v6] = [false, true].map((isNew) =>
    network.pools.find(({ subnet }) => subnet.includes(':') === isNew),
  );
  return [
    { kind: 'up', device },
    ...own.map((address): LinkChange => {
      const pool = address.includes(':') ? v6 : v4;
      return { kind: 'address', device, address, prefix: prefixOf(pool?.subnet ?? '') };
    }),
    ...endpoint.spec.linkLocalAddresses.map((address): LinkChange => {
      const prefix = address.includes(':') ? 64 : 16;
      return { kind: 'address', device, address, prefix };
    }),
  ];
}

export function defaultRoutes(joined: readonly Joined[]): readonly LinkChange[] {
  return ([4, 6] as const).flatMap((family): readonly LinkChange[] => {
    const way = wayOut(joined, family);
    const pool = way?.network.pools.find(({ subnet }) => subnet.includes(':') === (family === 6));
    return way === undefined || pool === undefined
      ? []
      : [{ kind: 'route', device: way.endpoint.device, family, via: pool.gateway }];
  });
}

/**
 * The endpoint over which a container reaches the outside: of the highest priority, then of the network whose name
 * comes first, as docker chooses. Internal networks lead nowhere.
 */
export function wayOut(joined: readonly Joined[], family: 4 | 6): Joined | undefined {
  return joined
    .filter(({ network }) => !network.internal)
    .filter(({ endpoint }) => (family === 4 ? endpoint.ipv4 : endpoint.ipv6) !== undefined)
    .sort(
      (left, right) =>
        (right.endpoint.spec.gatewayPriority ?? 0) - (left.endpoint.spec.gatewayPriority ?? 0) ||
        compareBytes(left.network.name, right.network.name),
    )[0];
}

/** The server of names is at the gateway: of the way out, else of the first network. */
export function nameRoute(joined: readonly Joined[]): readonly LinkChange[] {
  const way = wayOut(joined, 4) ?? joined.find(({ endpoint }) => endpoint.ipv4 !== undefined);
  const pool = way?.network.pools.find(({ subnet }) => !subnet.includes(':'));
  if (way === undefined || pool === undefined) return [];
  const { device } = way.endpoint;
  return [{ kind: 'route', device, family: 4, to: `${nameServer}/32`, via: pool.gateway, isLocal: true }];
}

/**
 * A device over which one loopback address is reached would take packets to all of them: only what the container itself
 * sends may go there, and what comes in for them goes nowhere.
 */
const loopbackGuard: readonly LinkChange[] = [
  { kind: 'rule', priority: 1, from: 'lo', action: 'look up local' },
  { kind: 'rule', priority: 2, to: '127.0.0.0/8', action: 'drop' },
  { kind: 'rule', priority: 3, action: 'look up local' },
  { kind: 'no-rule', priority: 0 },
];

function containerSettings(joined: readonly Joined[]): readonly (readonly [string, string])[] {
  const hasNew = joined.some(({ endpoint }) => endpoint.ipv6 !== undefined);
  return [
    ['net/ipv4/ping_group_range', '0 2147483647'],
    ['net/ipv4/ip_unprivileged_port_start', '0'],
    ['net/ipv4/conf/default/route_localnet', '1'],
    ...(hasNew ? [] : ([['net/ipv6/conf/default/disable_ipv6', '1']] as const)),
  ];
}

/** The bridge's port of a container; each network has a namespace of its own, so the name is free there. */
export function portName(id: string): string {
  return `c${id.slice(0, 12)}`;
}

/** Docker's form: two fixed bytes and the IPv4 address, so that a neighbour's memory of an address stays right. */
export function macOf(address: string): string {
  const parsed = parseAddress(address);
  const low = formatAddress(4, (parsed?.value ?? 0n) & 0xffffffffn).split('.');
  return ['02', '42', ...low.map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}

export function networkOf(state: NetworkState, endpoint: EndpointRecord): NetworkRecord {
  const found = state.networks.find(({ id }) => id === endpoint.networkId);
  if (found === undefined) throw new Error(`bug in Flotilla: endpoint of an unknown network`);
  return found;
}

function prefixOf(subnet: string): number {
  const parsed = parseSubnet(subnet);
  if (parsed === undefined) throw new Error(`bug in Flotilla: ${JSON.stringify(subnet)} is no subnet`);
  return parsed.prefix;
}
