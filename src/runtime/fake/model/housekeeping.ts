import { compareBytes } from '../../../core/text.ts';
import type { Description, EngineUsage, KeptNetwork, KeptVolume, PruneFilter } from '../../housekeeping.ts';
import type { PrunedImages } from '../../image-verbs.ts';
import { fitsFilter } from '../../prune-filter.ts';
import { isRunning } from './lookup.ts';
import { observeAll } from './observe.ts';
import type { EngineState, FakeNetwork, FakeVolume } from './state.ts';
import { withoutEntry } from './transition.ts';
import { usersOf } from './volumes.ts';

export function keptNetworks(state: EngineState): readonly KeptNetwork[] {
  return [...state.networks.values()]
    .map(({ id, name, driver, labels, spec }) => ({
      id,
      name,
      driver,
      scope: 'local',
      labels,
      internal: spec?.internal ?? false,
      ipv6: spec?.enableIpv6 ?? false,
      builtIn: spec === undefined,
      inUse: [...state.containers.values()].some(
        (container) =>
          isRunning(container) && container.endpoints.some((endpoint) => endpoint.spec.network === name),
      ),
    }))
    .sort((left, right) => compareBytes(left.name, right.name));
}

export function keptVolumes(state: EngineState): readonly KeptVolume[] {
  return [...state.volumes.values()]
    .map(({ name, driver, labels, anonymous }) => ({
      name,
      driver,
      scope: 'local',
      labels,
      mountpoint: mountpointOf(name),
      anonymous: anonymous || labels['com.docker.volume.anonymous'] !== undefined,
      inUse: usersOf(state, name).length > 0,
    }))
    .sort((left, right) => compareBytes(left.name, right.name));
}

export function describe(
  state: EngineState,
  kind: 'network' | 'volume',
  reference: string,
): Description | undefined {
  if (kind === 'volume') return describeVolume(state.volumes.get(reference));
  const networks = [...state.networks.values()];
  return describeNetwork(
    state,
    state.networks.get(reference) ??
      networks.find(({ id }) => id === reference || (reference.length >= 12 && id.startsWith(reference))),
  );
}

export function usage(state: EngineState, now: number): EngineUsage {
  const images = [...state.images.values()].map(({ id, tags, repoDigests, files }) => ({
    id,
    tags,
    repoDigests,
    size: sizeOf(files),
    shared: 0,
    containers: [...state.containers.values()].filter(({ imageId }) => imageId === id).length,
  }));
  return {
    layers: images.reduce((sum, { size }) => sum + size, 0),
    images,
    containers: observeAll(state, now).map((container) => ({
      container,
      size: sizeOf(state.containers.get(container.id)?.files ?? new Map()),
    })),
    volumes: [...state.volumes.values()]
      .map(({ name, files }) => ({
        name,
        size: sizeOf(files),
        containers: usersOf(state, name).length,
      }))
      .sort((left, right) => compareBytes(left.name, right.name)),
    cache: [],
  };
}

export function information(state: EngineState): Description {
  const containers = [...state.containers.values()];
  const count = (kind: string): number =>
    containers.filter((container) => container.state.kind === kind).length;
  const running = count('running') + count('restarting');
  return {
    ID: 'fake',
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: count('paused'),
    ContainersStopped: containers.length - running - count('paused'),
    Images: state.images.size,
    ServerVersion: '1.0.0',
    OSType: 'linux',
    Name: 'fake',
  };
}

export function pruneImages(
  state: EngineState,
  { all, filter }: { readonly all: boolean; readonly filter: PruneFilter },
): { readonly state: EngineState; readonly pruned: PrunedImages } {
  const used = new Set([...state.containers.values()].map(({ imageId }) => imageId));
  const gone = [...state.images.values()].filter(
    (image) => !used.has(image.id) && (all || image.tags.length === 0) && fitsFilter(filter, image),
  );
  return {
    state: {
      ...state,
      images: gone.reduce((images, { reference }) => withoutEntry(images, reference), state.images),
    },
    pruned: {
      untagged: gone.flatMap(({ tags, repoDigests }) => [...tags, ...repoDigests]),
      deleted: gone.map(({ id }) => id),
      reclaimed: gone.reduce((sum, { files }) => sum + sizeOf(files), 0),
    },
  };
}

function describeVolume(volume: FakeVolume | undefined): Description | undefined {
  if (volume === undefined) return undefined;
  const { name, driver, labels, spec } = volume;
  return {
    Driver: driver,
    Labels: labels,
    Mountpoint: mountpointOf(name),
    Name: name,
    Options: spec?.driverOptions ?? {},
    Scope: 'local',
  };
}

function describeNetwork(state: EngineState, network: FakeNetwork | undefined): Description | undefined {
  if (network === undefined) return undefined;
  const { name, id, driver, labels, spec, subnet } = network;
  const ends = [...state.containers.values()].flatMap((container) =>
    container.endpoints
      .filter((endpoint) => endpoint.spec.network === name && endpoint.address !== undefined)
      .map((endpoint) => [container.id, { Name: container.name, IPv4Address: endpoint.address }] as const),
  );
  return {
    Name: name,
    Id: id,
    Scope: 'local',
    Driver: driver,
    EnableIPv6: spec?.enableIpv6 ?? false,
    IPAM: { Driver: 'default', Options: {}, Config: subnet === undefined ? [] : [{ Subnet: subnet }] },
    Internal: spec?.internal ?? false,
    Containers: Object.fromEntries(ends),
    Options: spec?.driverOptions ?? {},
    Labels: labels,
  };
}

function mountpointOf(volume: string): string {
  return `/var/lib/fake/volumes/${volume}/_data`;
}

function sizeOf(files: FakeVolume['files']): number {
  return [...files.values()].reduce((sum, { content }) => sum + content.length, 0);
}
