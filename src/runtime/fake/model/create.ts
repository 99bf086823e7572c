import { FlotillaError } from '../../../core/error.ts';
import { type ContainerId, containerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { CreateOptions } from '../../driver.ts';
import type { ContainerSpec } from '../../spec.ts';
import { requireImage } from './images.ts';
import { findNetwork, requireContainer } from './lookup.ts';
import { mountAll } from './mounts.ts';
import { isSameDefinition } from './networks.ts';
import type { EngineState, FakeContainer, FakeEndpoint } from './state.ts';
import { eventOf, idOf, putContainer, quietly, type Transition } from './transition.ts';

export interface Creation {
  readonly options: CreateOptions;
  readonly now: number;
  /** Whether the engine joins all networks at once; else it meets a missing second one now instead of at the start. */
  readonly manyEndpointsAtCreate: boolean;
}

export function createContainer(
  before: EngineState,
  spec: ContainerSpec,
  creation: Creation,
): Transition & { readonly id: ContainerId } {
  const name = creation.options.as ?? spec.name;
  const image = requireImage(before, spec.image);
  const existing = [...before.containers.values()].find((container) => container.name === name);
  if (existing !== undefined) {
    if (isSameDefinition(existing.spec.labels, spec.labels)) return { ...quietly(before), id: existing.id };
    throw new FlotillaError(
      'engine.conflict',
      `cannot create container ${quote(name)}: container ${existing.id.slice(0, 12)} has this name already`,
    );
  }
  checkNetworks(before, spec, name, creation.manyEndpointsAtCreate);
  const { state, mounts } = mountAll(before, spec, image, creation.options.inherit ?? []);
  const container: FakeContainer = {
    id: containerId(idOf('container', state.serial)),
    name,
    spec,
    imageId: image.id,
    createdAt: creation.now,
    state: { kind: 'created' },
    endpoints: endpointsOf(spec),
    mounts,
    ports: [],
    files: new Map(),
    runs: 0,
    restartCount: 0,
  };
  return {
    state: putContainer({ ...state, serial: state.serial + 1 }, container),
    events: [eventOf(container, 'create')],
    id: container.id,
  };
}

function checkNetworks(state: EngineState, { network }: ContainerSpec, name: string, many: boolean): void {
  if (network.kind === 'container') requireContainer(state, network.container);
  if (network.kind !== 'networks' || many) return;
  for (const endpoint of network.endpoints.slice(1)) {
    if (findNetwork(state, endpoint.network) !== undefined) continue;
    throw new FlotillaError(
      'engine.request',
      `cannot create container ${quote(name)}: no such network: ${quote(endpoint.network)}`,
    );
  }
}

function endpointsOf({ network }: ContainerSpec): readonly FakeEndpoint[] {
  switch (network.kind) {
    case 'networks':
      return network.endpoints.map((spec) => ({ spec }));
    case 'none':
    case 'host':
      return [builtIn(network.kind)];
    case 'mode':
      return [builtIn(network.mode === 'default' ? 'bridge' : network.mode)];
    case 'container':
      return [];
  }
}

function builtIn(network: string): FakeEndpoint {
  return { spec: { network, aliases: [], links: [], linkLocalAddresses: [], driverOptions: {} } };
}
