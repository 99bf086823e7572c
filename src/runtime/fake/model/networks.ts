import { FlotillaError } from '../../../core/error.ts';
import { labels } from '../../../core/labels.ts';
import { quote } from '../../../core/text.ts';
import type { EndpointSpec, NetworkSpec } from '../../../network/index.ts';
import { inUse } from '../../in-use.ts';
import { freeAddress, freeSubnet } from './addresses.ts';
import { findContainer, findNetwork, isRunning, requireContainer } from './lookup.ts';
import type { EngineState, FakeContainer, FakeEndpoint, FakeNetwork } from './state.ts';
import { idOf, putContainer, withEntry, withoutEntry } from './transition.ts';

/** The networks that every engine has from the beginning. */
export function builtInNetworks(): ReadonlyMap<string, FakeNetwork> {
  const bridge = { name: 'bridge', driver: 'bridge', subnet: '172.17.0.0/16' };
  const all = [bridge, { name: 'host', driver: 'host' }, { name: 'none', driver: 'null' }];
  return new Map(
    all.map((network) => [network.name, { id: idOf('network', network.name), labels: {}, ...network }]),
  );
}

export function createNetwork(state: EngineState, spec: NetworkSpec): EngineState {
  const existing = state.networks.get(spec.name);
  if (existing !== undefined) {
    if (isSameDefinition(existing.labels, spec.labels)) return state;
    throw new FlotillaError(
      'engine.conflict',
      `cannot create network ${quote(spec.name)}: another one with this name exists`,
    );
  }
  const network: FakeNetwork = {
    id: idOf('network', state.serial),
    name: spec.name,
    driver: spec.driver ?? 'bridge',
    labels: spec.labels,
    spec,
    subnet: freeSubnet([...state.networks.values()], spec),
  };
  return { ...state, serial: state.serial + 1, networks: withEntry(state.networks, spec.name, network) };
}

/** Refuses while a running container is in it; stopped ones do not hold it. */
export function removeNetwork(state: EngineState, ref: string): EngineState {
  const network = findNetwork(state, ref);
  if (network === undefined) return state;
  if (network.spec === undefined) {
    throw new FlotillaError(
      'engine.request',
      `cannot remove network ${quote(ref)}: it belongs to the engine`,
    );
  }
  const users = [...state.containers.values()].filter(
    (container) => addressIn(container, network.name) !== undefined,
  );
  if (users.length > 0) {
    throw inUse(
      'network',
      network.name,
      users.map(({ name, spec }) => ({ name, labels: spec.labels })),
    );
  }
  return { ...state, networks: withoutEntry(state.networks, network.name) };
}

/** Succeeds when the container is in the network already. */
export function connectNetwork(state: EngineState, ref: string, spec: EndpointSpec): EngineState {
  const container = requireContainer(state, ref);
  const network = requireNetwork(state, spec.network);
  if (container.endpoints.some((endpoint) => endpoint.spec.network === network.name)) return state;
  const endpoint = isRunning(container) ? joinNetwork(state, spec) : { spec };
  return putContainer(state, { ...container, endpoints: [...container.endpoints, endpoint] });
}

/** Succeeds when the container is not in the network, or not there at all. */
export function disconnectNetwork(state: EngineState, ref: string, networkRef: string): EngineState {
  const container = findContainer(state, ref);
  if (container === undefined) return state;
  const name = findNetwork(state, networkRef)?.name ?? networkRef;
  const endpoints = container.endpoints.filter((endpoint) => endpoint.spec.network !== name);
  return putContainer(state, { ...container, endpoints });
}

/** An endpoint with an address of its own. */
export function joinNetwork(state: EngineState, spec: EndpointSpec): FakeEndpoint {
  const network = requireNetwork(state, spec.network);
  if (network.subnet === undefined) return { spec };
  const taken = [...state.containers.values()].flatMap(
    (container) => addressIn(container, network.name) ?? [],
  );
  return { spec, address: freeAddress(network, taken, spec.ipv4Address) };
}

export function isSameDefinition(
  existing: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const hash = existing[labels.configHash];
  return (
    hash !== undefined &&
    hash === wanted[labels.configHash] &&
    [labels.project, labels.service, labels.containerNumber, labels.slug].every(
      (key) => existing[key] === wanted[key],
    )
  );
}

function requireNetwork(state: EngineState, ref: string): FakeNetwork {
  const network = findNetwork(state, ref);
  if (network === undefined) throw new FlotillaError('engine.request', `no such network: ${quote(ref)}`);
  return network;
}

function addressIn(container: FakeContainer, network: string): string | undefined {
  return container.endpoints.find((endpoint) => endpoint.spec.network === network)?.address;
}
