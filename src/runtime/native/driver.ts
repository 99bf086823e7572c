import { parseMoment } from '../../core/moment.ts';
import type { ObservedImage } from '../../images/index.ts';
import { allCapabilities } from '../all-capabilities.ts';
import type { Driver, EventFilter } from '../driver.ts';
import { inUse, type User } from '../in-use.ts';
import type { ObservedState, PortHolder, SnapshotQuery } from '../observed.ts';
import { conflict } from '../ownership.ts';
import { commitContainer } from './containers/commit.ts';
import { createContainer } from './containers/create.ts';
import { requireRecord } from './containers/find.ts';
import { inspect, observeContainers } from './containers/observe.ts';
import { pauseContainer, unpauseContainer } from './containers/pause.ts';
import { listProcesses } from './containers/processes.ts';
import { type ContainerRecord, findRecord, listRecords, renameRecord } from './containers/record.ts';
import { removeContainer } from './containers/remove.ts';
import { isRunning, lifeOf } from './containers/run.ts';
import { startContainer } from './containers/start.ts';
import { readStats } from './containers/stats.ts';
import { finishStop, killContainer, stopContainer } from './containers/stop.ts';
import { withImageUsers, withVolumeUsers } from './containers/users.ts';
import { createWarmth } from './containers/warmth.ts';
import type { Engine } from './engine.ts';
import { announce, followJournal, type JournalFilter } from './events/journal.ts';
import { toldExec } from './exec/told.ts';
import { getArchive } from './files/archive.ts';
import { exportContainer } from './files/export.ts';
import { putFiles } from './files/put.ts';
import { putArchive } from './files/put-archive.ts';
import { statPath } from './files/stat.ts';
import { tellFullDisk } from './full-disk.ts';
import { housekeepingOf } from './housekeeping/index.ts';
import { imageVerbs, keptImage } from './image-verbs.ts';
import { attachInput } from './output/attach-input.ts';
import { attachOutput, readLogs } from './output/output.ts';
import { keepSupervised } from './supervisor/keep-supervised.ts';
import { nativeVersion } from './version.ts';

/** The port over the native engine. Every call looks at what is written and at what is there; nothing is kept between two. */
export function nativeDriver(engine: Engine): Driver {
  const { parts, root } = engine;
  const warmth = createWarmth(engine);
  return tellFullDisk({
    kind: 'native',
    capabilities: allCapabilities,
    endpoint: `native://${root.lasting}`,
    version: async (signal) => {
      signal?.throwIfAborted();
      return nativeVersion();
    },
    snapshot: (query, signal) => snapshot(engine, query, signal),

    createNetwork: (spec, signal) => parts.networks.create(spec, signal),
    removeNetwork: async (name, signal) => {
      signal?.throwIfAborted();
      await refuseWhenJoined(engine, name);
      await parts.networks.remove(name, signal);
    },
    connectNetwork: async (container, endpoint, signal) => {
      signal?.throwIfAborted();
      await parts.networks.connect(requireRecord(root, container).id, endpoint, signal);
    },
    disconnectNetwork: (container, network, signal) => parts.networks.disconnect(container, network, signal),

    createVolume: (spec, signal) => parts.volumes.create(spec, signal),
    removeVolume: async (name, signal) => {
      signal?.throwIfAborted();
      await parts.volumes.remove(name, { withUsers: withVolumeUsers(engine, refuseHeld) });
    },
    fillVolume: (filling, signal) => parts.volumes.fill(filling, signal),

    inspectImage: async (reference, signal) => {
      signal?.throwIfAborted();
      const found = await parts.images.find(reference);
      return found === undefined ? undefined : keptImage(found);
    },
    imageHistory: async (reference, signal) => {
      signal?.throwIfAborted();
      return await parts.images.history(reference);
    },
    pullImage: (reference, options, signal) => parts.images.pull(reference, options, signal),
    pushImage: (reference, options, signal) => parts.images.push(reference, options, signal),
    removeImage: async (reference, signal) => {
      signal?.throwIfAborted();
      await parts.images.remove(reference, { withUsers: withImageUsers(engine) });
    },
    buildImage: async (spec, options, signal) => {
      const { buildImage } = await import('./build/build.ts');
      await buildImage(engine, spec, options, signal);
    },
    images: imageVerbs(engine),
    housekeeping: housekeepingOf(engine),

    createContainer: (spec, options, signal) => createContainer(engine, warmth, spec, options, signal),
    startContainer: async (container, signal, onNote) => {
      await finishStop(engine, container, signal);
      await startContainer(engine, container, signal, onNote);
    },
    stopContainer: (container, options, signal) => stopContainer(engine, container, options, signal),
    killContainer: (container, name, signal) => killContainer(engine, container, name, signal),
    pauseContainer: (container, signal) => pauseContainer(engine, container, signal),
    unpauseContainer: (container, signal) => unpauseContainer(engine, container, signal),
    removeContainer: (container, options, signal) => removeContainer(engine, container, options, signal),
    renameContainer: async (container, name, signal) => {
      signal?.throwIfAborted();
      const record = requireRecord(root, container);
      const owner = await renameRecord(engine, record, name);
      if (owner !== undefined) throw conflict('container', name);
      if (name === record.name) return;
      await parts.networks.rename(record.id, name);
      announce(engine, { ...record, name }, { action: 'rename' });
    },
    inspectContainer: async (container, signal) => {
      signal?.throwIfAborted();
      return inspect(engine, container);
    },

    listProcesses: (container, signal) => listProcesses(engine, container, signal),
    stats: (container, signal) => readStats(engine, container, signal),
    logs: (container, options, signal) => readLogs(engine, container, options, signal),
    attach: (container, signal) => attachOutput(engine, container, signal),
    attachInput: (container, signal) => attachInput(engine, container, signal),
    events: async (filter, signal) => {
      signal?.throwIfAborted();
      const events = followJournal(root, journalFilter(filter, engine.now()), signal);
      return filter.project === undefined ? events : keepSupervised(engine, filter.project, events);
    },
    exec: (container, spec, signal) => toldExec(engine, container, spec, signal),
    putFiles: (container, files, signal) => putFiles(engine, container, files, signal),
    getArchive: (container, path, signal) => getArchive(engine, container, path, signal),
    putArchive: (container, path, archive, options, signal) =>
      putArchive(engine, container, path, archive, options, signal),
    statPath: (container, path, signal) => statPath(engine, container, path, signal),
    exportContainer: (container, signal) => exportContainer(engine, container, signal),
    commitContainer: (container, options, signal) => commitContainer(engine, container, options, signal),
    close: async () => {
      engine.names.close();
      parts.images.close();
      await warmth.settled();
      await engine.trash.settled();
    },
  });
}

function journalFilter({ project, all = false, since, until }: EventFilter, now: number): JournalFilter {
  const end = until === undefined ? undefined : parseMoment(until, now);
  return {
    ...(project === undefined ? {} : { project }),
    all,
    ...(since === undefined ? {} : { since: parseMoment(since, now) }),
    ...(end === undefined ? {} : { until: { time: end, inMs: Number(end / 1_000_000n) - now } }),
  };
}

/** Throws `engine.conflict` with the holders' names; volumes are held by whatever exists. */
function refuseHeld(volume: string, users: readonly ContainerRecord[]): never {
  throw inUse('volume', volume, users.map(toUser));
}

/** Throws `engine.conflict` with the names of those that run in it. */
async function refuseWhenJoined(engine: Engine, network: string): Promise<void> {
  const running = listRecords(engine.root).filter(({ id }) => isRunning(lifeOf(engine, id)));
  const joined = await Promise.all(
    running.map(async (record) => {
      const endpoints = await engine.parts.networks.endpoints(record.id);
      const found = endpoints.find(
        (endpoint) => endpoint.network === network || endpoint.networkId === network,
      );
      return found === undefined ? [] : [{ record, name: found.network }];
    }),
  );
  const users = joined.flat();
  const name = users[0]?.name;
  if (name !== undefined)
    throw inUse(
      'network',
      name,
      users.map(({ record }) => toUser(record)),
    );
}

function toUser({ name, spec }: ContainerRecord): User {
  return { name, labels: spec.labels };
}

async function snapshot(
  engine: Engine,
  query: SnapshotQuery,
  signal: AbortSignal | undefined,
): Promise<ObservedState> {
  signal?.throwIfAborted();
  const containers = await observeContainers(engine, query.project);
  if (query.only === 'containers') return { containers, networks: [], volumes: [], images: new Map() };
  const { parts } = engine;
  const { project, hostPorts } = query;
  const [networks, volumes, images, portHolders] = await Promise.all([
    parts.networks.observe({ project, names: query.networks }),
    parts.volumes.observe({ project, names: query.volumes }),
    observeImages(engine, query.images),
    hostPorts === undefined || hostPorts.length === 0 ? [] : namedHolders(engine, hostPorts),
  ]);
  signal?.throwIfAborted();
  return {
    containers,
    networks,
    volumes,
    images,
    ...(hostPorts === undefined ? {} : { portHolders }),
  };
}

/** Who has the ports, containers with their names and labels. */
async function namedHolders(engine: Engine, ports: readonly number[]): Promise<readonly PortHolder[]> {
  const found = await engine.parts.networks.portHolders(ports);
  return found.map((each) => {
    if (each.holder.kind !== 'container') return each;
    const record = findRecord(engine.root, each.holder.id);
    return record === undefined ? each : { ...each, holder: { ...each.holder, ...toUser(record) } };
  });
}

async function observeImages(
  engine: Engine,
  references: readonly string[],
): Promise<ReadonlyMap<string, ObservedImage>> {
  const unique = [...new Set(references)];
  const found = await Promise.all(unique.map((reference) => engine.parts.images.find(reference)));
  return new Map(
    unique.flatMap((reference, index): [string, ObservedImage][] => {
      const image = found[index];
      return image === undefined ? [] : [[reference, image.observed]];
    }),
  );
}
