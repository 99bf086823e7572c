import { join } from 'node:path';
import type { Networks, Plumbing, PlumbRequest } from '../parts.ts';
import { bridge, endIdleBridge } from './bridge.ts';
import type { Context } from './context.ts';
import { noteDeparted, takeDeparted } from './departed.ts';
import { type Eviction, evict, newEndpoint, requireNetwork, reserve, withContainer } from './endpoints.ts';
import type { Built, Deed } from './ledger.ts';
import { hostNamespace, type LinkChange, type Namespace, type Work } from './links.ts';
import { isNamespace } from './namespace-file.ts';
import { addNetwork } from './network-record.ts';
import { readOptions } from './options.ts';
import {
  type Books,
  type ContainerRecord,
  type DepartedPort,
  type EndpointRecord,
  isDual,
  type NetworkRecord,
  type NetworkState,
} from './state.ts';
import {
  containerWork,
  defaultRoutes,
  endpointChanges,
  nameRoute,
  nameServer,
  networkOf,
  networkWork,
  portName,
  portReady,
  portWork,
} from './work.ts';

/** What a start changes before the container runs. */
export type Settled = Omit<Deed<undefined>, 'value'>;

type Verbs = Pick<
  Networks,
  'plumb' | 'plumbNone' | 'connect' | 'disconnect' | 'rename' | 'unplumb' | 'endpoints'
>;

/** Namespaces of containers and their ends in networks. */
export function plumbTasks(context: Context) {
  const { root, machine, places, ledger } = context;
  const namespaceOf = (id: string): string => join(places.namespaces, id);

  /** Makes a network's namespace. The caller holds the machine. */
  const buildNetwork = (network: NetworkRecord, built: Built): readonly Work[] => {
    built.add(network.id);
    machine.enter(root, isDual(network));
    return networkWork(network, namespaceOf(network.id));
  };

  /** Makes it unless it is there: it goes with a reboot, and its record does not. */
  const ensureNetwork = async (network: NetworkRecord, built: Built): Promise<readonly Work[]> =>
    built.has(network.id) || isNamespace(namespaceOf(network.id))
      ? []
      : await machine.hold(async () => buildNetwork(network, built));

  /** The books with the bridge in them, when one of the endpoints is there; its namespace is made with the others. */
  const withBridge = async (books: Books, endpoints: PlumbRequest['endpoints']): Promise<Books> => {
    const isThere = books.state.networks.some(({ builtIn }) => builtIn);
    if (isThere || !endpoints.some(({ network }) => network === bridge.name)) return books;
    const settings = { ...readOptions(bridge), builtIn: true as const };
    return machine.hold(async () => ({
      ...books,
      state: addNetwork(context, books, bridge, settings).state,
    }));
  };

  /** Everything that a container has, made where it is missing; endpoints that wait are given addresses. */
  const wire = async (
    books: Books,
    built: Built,
    id: string,
    container: ContainerRecord,
    ahead: boolean,
  ): Promise<Deed<Plumbing>> => {
    const path = namespaceOf(id);
    const isPresent = isNamespace(path);
    const isRunning = (other: string): boolean => books.running.containers[other] !== undefined;
    const evicted: Eviction[] = [];
    const fresh = new Set<string>();
    const networks: Work[] = [];
    let state = withContainer(books.state, id, container);
    const endpoints: EndpointRecord[] = [];
    for (const each of container.endpoints) {
      const network =
        state.networks.find(({ id: own }) => own === each.networkId) ?? requireNetwork(state, each.spec);
      networks.push(...(await ensureNetwork(network, built)));
      if (built.has(network.id) || each.mac === undefined) fresh.add(network.id);
      if (each.mac !== undefined) {
        endpoints.push(each);
        continue;
      }
      const current = { ...each, networkId: network.id };
      const reservation = reserve({ state, isRunning, container: id, ahead }, current, network);
      evicted.push(...reservation.evicted);
      state = evict(state, reservation.evicted);
      endpoints.push(reservation.endpoint);
    }
    const wired: ContainerRecord = { ...container, endpoints };
    const departed = takeDeparted(withContainer(state, id, wired), (network) => fresh.has(network));
    state = departed.state;
    const ready: ContainerRecord = {
      ...wired,
      endpoints: endpoints.filter(({ mac }) => mac !== undefined),
    };
    const own = isPresent
      ? joinWork(id, ready, state, path, namespaceOf, (endpoint) => fresh.has(endpoint.networkId))
      : containerWork(id, ready, state, path, namespaceOf);
    return {
      value: plumbingOf(path, wired, state),
      state,
      leave: [
        ...evicted.map((one) => ({ networkId: one.networkId, device: portName(one.container) })),
        ...departed.ports,
      ].map(({ networkId, device }) => ({ path: namespaceOf(networkId), device })),
      work: [...networks, ...own],
      ...(networks.length > 0 ? { firewall: 'soon' as const } : {}),
    };
  };

  const verbs: Verbs = {
    plumb: (request, signal) =>
      ledger.change(async (before, built) => {
        const known = before.state.containers[request.id];
        const books = known === undefined ? await withBridge(before, request.endpoints) : before;
        return wire(books, built, request.id, known ?? newContainer(request, books.state), true);
      }, signal),

    plumbNone: (id) =>
      ledger.change((books) => {
        const path = namespaceOf(id);
        const inside: Namespace = { kind: 'named', path };
        return {
          value: { namespace: path, addresses: [], nameservers: [] },
          work: isNamespace(path)
            ? []
            : [{ namespace: inside, make: true, changes: [{ kind: 'up', device: 'lo' }] }],
          state: books.state,
        };
      }),

    async connect(id, spec, signal) {
      signal?.throwIfAborted();
      await ledger.change(async (books, built) => {
        const network = requireNetwork(books.state, spec);
        const container = books.state.containers[id];
        if (container === undefined) return { value: undefined };
        if (container.endpoints.some(({ networkId }) => networkId === network.id))
          return { value: undefined };
        const endpoint = newEndpoint(spec, network, container.endpoints);
        const joined = { ...container, endpoints: [...container.endpoints, endpoint] };
        const isRunning = books.running.containers[id] !== undefined;
        const deed = await wire(books, built, id, joined, !isRunning);
        return { ...deed, value: undefined, ...portsMove(books, id) };
      }, signal);
    },

    async disconnect(id, network, signal) {
      signal?.throwIfAborted();
      await ledger.change((books) => leave(books, id, network), signal);
    },

    rename: (id, name) =>
      ledger.change(({ state }) => {
        const container = state.containers[id];
        return container === undefined
          ? { value: undefined }
          : { value: undefined, state: withContainer(state, id, { ...container, name }) };
      }),

    unplumb: (id) =>
      ledger.change(({ state, running }) => {
        const { [id]: container, ...containers } = state.containers;
        const { [id]: open, ...others } = running.containers;
        const ports = portsOf(id, container?.endpoints ?? []);
        const left =
          container === undefined ? noChange : endBridge(noteDeparted({ ...state, containers }, ports));
        return {
          value: undefined,
          ...(open === undefined ? {} : { running: { ...running, containers: others } }),
          ...(open === undefined || open.ports.length === 0 ? {} : { firewall: 'soon' as const }),
          ...left,
          forget: [namespaceOf(id), ...(left.forget ?? [])],
        };
      }),

    async endpoints(id) {
      const { state, running } = ledger.read();
      const runs = running.containers[id] !== undefined;
      return (state.containers[id]?.endpoints ?? []).map(({ networkId, spec, ipv4 }) => ({
        network: state.networks.find((network) => network.id === networkId)?.name ?? spec.network,
        ...(runs ? { networkId } : {}),
        ...(runs && ipv4 !== undefined ? { ipv4Address: ipv4 } : {}),
      }));
    },
  };

  const leave = (books: Books, id: string, name: string): Deed<undefined> => {
    const container = books.state.containers[id];
    const network = books.state.networks.find((one) => one.name === name || one.id === name);
    const left = container?.endpoints.filter(({ networkId }) => networkId === network?.id) ?? [];
    if (container === undefined || left.length === 0) return { value: undefined };
    const rest = { ...container, endpoints: container.endpoints.filter((each) => !left.includes(each)) };
    const { work: after = [], ...ended } = endBridge(withContainer(books.state, id, rest));
    const path = namespaceOf(id);
    const inside: Namespace = { kind: 'named', path };
    const ways: readonly Work[] = isNamespace(path)
      ? [{ namespace: inside, changes: waysOut(rest, books.state) }]
      : [];
    return {
      value: undefined,
      leave: portsOf(id, left).map(({ networkId, device }) => ({ path: namespaceOf(networkId), device })),
      ...ended,
      work: [...ways, ...after],
      ...portsMove(books, id),
    };
  };

  /** What is to be done once containers have left: the bridge goes with its last one. */
  const endBridge = (after: NetworkState): Omit<Deed<undefined>, 'value'> => {
    const { state, gone } = endIdleBridge(after);
    if (gone.length === 0) return { state };
    return {
      state,
      forget: gone.map(({ id }) => namespaceOf(id)),
      work: gone.flatMap(leaveHost),
      // With the last network all is as it was, once this returns.
      firewall: state.networks.length === 0 ? 'now' : 'soon',
    };
  };

  const portsOf = (id: string, endpoints: readonly EndpointRecord[]): readonly DepartedPort[] =>
    endpoints
      .filter(({ mac }) => mac !== undefined)
      .map(({ networkId }) => ({ networkId, device: portName(id) }));

  /** What the host has of a network. */
  const leaveHost = ({ pools, internal, device }: NetworkRecord): readonly Work[] =>
    internal
      ? []
      : [
          {
            namespace: hostNamespace,
            changes: pools.map(({ subnet }) => ({ kind: 'no-route', device, to: subnet })),
          },
        ];

  /** Endpoints that waited while the container did not run get what they asked for, or it does not run. */
  const settle = async (books: Books, built: Built, id: string): Promise<Settled> => {
    const container = books.state.containers[id];
    if (container === undefined || container.endpoints.every(({ mac }) => mac !== undefined)) return {};
    const { value: _, ...deed } = await wire(books, built, id, container, false);
    return deed;
  };

  return { verbs, settle, namespaceOf, buildNetwork, leaveHost, endBridge };
}

const noChange: Omit<Deed<undefined>, 'value'> = {};

/** Its ports may lead to another address now. */
function portsMove({ running }: Books, id: string): { readonly firewall?: 'now' } {
  return (running.containers[id]?.ports.length ?? 0) > 0 ? { firewall: 'now' } : {};
}

function newContainer(request: PlumbRequest, state: NetworkState): ContainerRecord {
  const endpoints: EndpointRecord[] = [];
  for (const spec of request.endpoints) {
    endpoints.push(newEndpoint(spec, requireNetwork(state, spec), endpoints));
  }
  return { project: request.project, name: request.name, dns: request.dns ?? [], endpoints };
}

/** Endpoints that come into a namespace that is there already. */
function joinWork(
  id: string,
  container: ContainerRecord,
  state: NetworkState,
  path: string,
  pathOf: (networkId: string) => string,
  isFresh: (endpoint: EndpointRecord) => boolean,
): readonly Work[] {
  const fresh = container.endpoints.filter(isFresh);
  if (fresh.length === 0) return [];
  const inside: Namespace = { kind: 'named', path };
  const hasNew = fresh.some(({ ipv6 }) => ipv6 !== undefined);
  return [
    {
      namespace: inside,
      settings: [['net/ipv6/conf/default/disable_ipv6', hasNew ? '0' : '1']],
      changes: [{ kind: 'remove', devices: fresh.map(({ device }) => device) }],
    },
    ...fresh.map((endpoint) => {
      const network = networkOf(state, endpoint);
      return portWork(id, endpoint, network, inside, pathOf(network.id));
    }),
    {
      namespace: inside,
      changes: [
        ...fresh.flatMap((endpoint) => endpointChanges(endpoint, networkOf(state, endpoint))),
        ...waysOut(container, state),
      ],
    },
    ...fresh.map((endpoint) => {
      const network = networkOf(state, endpoint);
      return portReady(id, network, pathOf(network.id));
    }),
  ];
}

function waysOut(container: ContainerRecord, state: NetworkState): readonly LinkChange[] {
  const joined = container.endpoints
    .filter(({ mac }) => mac !== undefined)
    .map((endpoint) => ({ endpoint, network: networkOf(state, endpoint) }));
  return [...defaultRoutes(joined), ...nameRoute(joined)];
}

function plumbingOf(path: string, { endpoints }: ContainerRecord, state: NetworkState): Plumbing {
  const hasOld = endpoints.some(({ ipv4 }) => ipv4 !== undefined);
  const first = endpoints.find(({ ipv6 }) => ipv6 !== undefined);
  const gateway =
    first === undefined
      ? undefined
      : networkOf(state, first).pools.find(({ subnet }) => subnet.includes(':'))?.gateway;
  return {
    namespace: path,
    addresses: endpoints.map(({ spec, ipv4 = spec.ipv4Address, ipv6 = spec.ipv6Address }) => ({
      network: spec.network,
      ...(ipv4 === undefined ? {} : { ipv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    })),
    nameservers: hasOld ? [nameServer] : gateway === undefined ? [] : [gateway],
  };
}
