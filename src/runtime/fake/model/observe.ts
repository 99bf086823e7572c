import { labels } from '../../../core/labels.ts';
import { compareBytes } from '../../../core/text.ts';
import type { ObservedImage } from '../../../images/index.ts';
import type { ObservedMount } from '../../../volumes/index.ts';
import type { ProcessTable } from '../../driver.ts';
import type { KeptImage } from '../../image-verbs.ts';
import type {
  ContainerDetails,
  ObservedContainer,
  ObservedEndpoint,
  ObservedState,
  PortHolder,
  SnapshotQuery,
} from '../../observed.ts';
import { probeCommand } from '../../probe-command.ts';
import { shownCommand } from '../../shown-command.ts';
import { statusSentence } from '../../status-sentence.ts';
import { findImage, imageBytes } from './images.ts';
import type { EngineState, FakeContainer, FakeImage, FakeMount } from './state.ts';

export function snapshot(state: EngineState, query: SnapshotQuery, now: number): ObservedState {
  const isOwn = (own: Readonly<Record<string, string>>): boolean => own[labels.project] === query.project;
  const containers = [...state.containers.values()]
    .filter(({ spec }) => isOwn(spec.labels))
    .map((container) => observeContainer(state, container, now))
    .sort(byName);
  if (query.only === 'containers') return { containers, networks: [], volumes: [], images: new Map() };
  const networks = [...state.networks.values()].filter(
    ({ labels: own, name, id }) => isOwn(own) || query.networks.includes(name) || query.networks.includes(id),
  );
  const volumes = [...state.volumes.values()].filter(
    (volume) => isOwn(volume.labels) || query.volumes.includes(volume.name),
  );
  const images = query.images.flatMap((reference): [string, ObservedImage][] => {
    const image = findImage(state, reference);
    return image === undefined ? [] : [[reference, observeImage(image)]];
  });
  return {
    containers,
    networks: networks
      .sort(byName)
      .map(({ id, name, driver, labels: own }) => ({ id, name, driver, labels: own })),
    volumes: volumes.sort(byName).map(({ name, driver, labels: own }) => ({ name, driver, labels: own })),
    images: new Map(images),
    ...(query.hostPorts === undefined ? {} : { portHolders: portHoldersOf(state, query.hostPorts) }),
  };
}

/** Of all projects and of none. */
export function observeAll(state: EngineState, now: number): readonly ObservedContainer[] {
  return [...state.containers.values()]
    .map((container) => observeContainer(state, container, now))
    .sort(byName);
}

function portHoldersOf(state: EngineState, ports: readonly number[]): readonly PortHolder[] {
  return [...state.containers.values()].flatMap((container) =>
    container.ports.flatMap(({ published, protocol, hostIp }) =>
      published === undefined || !ports.includes(published)
        ? []
        : [
            {
              port: published,
              protocol,
              ...(hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::' ? {} : { hostIp }),
              holder: {
                kind: 'container' as const,
                id: container.id,
                name: container.name,
                labels: container.spec.labels,
              },
            },
          ],
    ),
  );
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compareBytes(left.name, right.name);
}

/** Every fake image is as large as the others, and as old as the epoch. */
export function keepImage(image: FakeImage): KeptImage {
  return {
    observed: observeImage(image),
    os: 'linux',
    architecture: 'amd64',
    size: imageBytes,
    createdAt: 0,
  };
}

function observeImage(image: FakeImage): ObservedImage {
  const { digest, id, tags, repoDigests, volumes, hasHealthcheck, labels: own } = image;
  return { digest, id, tags, repoDigests, volumes, hasHealthcheck, labels: own };
}

export function detailsOf(container: FakeContainer): ContainerDetails {
  const { state } = container;
  const ended = state.kind === 'exited' || state.kind === 'restarting';
  const check = container.spec.healthcheck;
  const command = check?.kind === 'probe' ? probeCommand(check.test) : undefined;
  return {
    id: container.id,
    name: container.name,
    labels: container.spec.labels,
    state: state.kind,
    health: state.kind === 'created' ? 'none' : state.health,
    exitCode: ended ? state.exitCode : 0,
    oomKilled: ended && state.oomKilled,
    error: 'error' in state ? (state.error ?? '') : '',
    ...(state.kind === 'created' ? {} : { startedAt: new Date(state.startedAt).toISOString() }),
    ...(ended ? { finishedAt: new Date(state.finishedAt).toISOString() } : {}),
    restartCount: container.restartCount,
    tty: container.spec.tty,
    stdinOpen: container.spec.stdinOpen,
    ...(command === undefined ? {} : { probe: { command } }),
    probes: state.kind === 'created' ? [] : state.probes,
  };
}

/** What it executes: the spec's words, or the image's where the spec has none. */
export function commandOf(state: EngineState, { spec }: FakeContainer): readonly string[] {
  const image = findImage(state, spec.image);
  const entrypoint = spec.entrypoint ?? image?.entrypoint ?? [];
  // A new entry point does not get the image's command as arguments.
  const command = spec.command ?? (spec.entrypoint === undefined ? image?.command : undefined) ?? [];
  return [...entrypoint, ...command];
}

/** It has one process, which nobody has measured. */
export function processTable(state: EngineState, container: FakeContainer): ProcessTable {
  return {
    titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    processes: [
      [
        container.spec.user ?? 'root',
        '1',
        '0',
        '0',
        '00:00',
        '?',
        '00:00:00',
        commandOf(state, container).join(' '),
      ],
    ],
  };
}

function observeContainer(state: EngineState, container: FakeContainer, now: number): ObservedContainer {
  const run = container.state;
  return {
    id: container.id,
    name: container.name,
    image: container.spec.image,
    imageId: container.imageId,
    command: shownCommand(commandOf(state, container)),
    labels: container.spec.labels,
    state: run.kind,
    health: run.kind === 'running' || run.kind === 'paused' ? run.health : 'none',
    ...(run.kind === 'exited' || run.kind === 'restarting' ? { exitCode: run.exitCode } : {}),
    status: statusSentence({ stage: container.state, createdAt: container.createdAt }, now),
    createdAt: Math.floor(container.createdAt / 1000),
    networks: container.endpoints.map((endpoint): ObservedEndpoint => {
      const { network } = endpoint.spec;
      if (endpoint.address === undefined) return { network };
      return { network, networkId: state.networks.get(network)?.id ?? '', ipv4Address: endpoint.address };
    }),
    mounts: container.mounts.map(observeMount),
    ports: container.ports,
  };
}

function observeMount(mount: FakeMount): ObservedMount {
  switch (mount.kind) {
    case 'volume': {
      const source = `/var/lib/fake/volumes/${mount.volume}/_data`;
      return { kind: 'volume', name: mount.volume, source, target: mount.target };
    }
    case 'bind':
      return { kind: 'bind', source: mount.source, target: mount.target };
    case 'image':
      return { kind: 'image', source: mount.image, target: mount.target };
    case 'tmpfs':
      return { kind: 'tmpfs', target: mount.target };
  }
}
