import { FlotillaError } from '../../core/error.ts';
import { type ContainerId, isProjectName, type ProjectName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import {
  fitsFilter,
  type Leftover,
  type PrunedCache,
  type PrunedImages,
  type PruneFilter,
} from '../../runtime/index.ts';
import { type Session, withLock } from './session.ts';

/** What a prune took, and what it left alone. */
export interface Pruned {
  /** Ids of containers, names of networks and volumes. */
  readonly removed: readonly string[];
  /** Bytes that are free now; of networks none. */
  readonly reclaimed: number;
  /** Projects that a command was working on: nothing of theirs was taken. */
  readonly busy: readonly ProjectName[];
}

export interface PruneRequest {
  readonly filter: PruneFilter;
}

/** Removes volumes that no container has: those without a name, with `all` the others too. */
export async function pruneVolumes(
  session: Session,
  { filter, all }: PruneRequest & { readonly all: boolean },
): Promise<Pruned> {
  const { driver, abort } = session;
  const { housekeeping } = driver;
  const mayGo = async () =>
    (await housekeeping.volumes(abort)).filter(
      (volume) => !volume.inUse && (all || volume.anonymous) && fitsFilter(filter, volume),
    );
  const found = await mayGo();
  const sizes = new Map(
    (found.length === 0 ? [] : (await housekeeping.usage(abort)).volumes).map(({ name, size }) => [
      name,
      size,
    ]),
  );
  const { removed, busy } = await pruneEach(session, found, async ({ name }) => {
    await driver.removeVolume(name, abort);
    return name;
  });
  return { removed, busy, reclaimed: removed.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) };
}

/** Removes networks in which no container runs. */
export async function pruneNetworks(session: Session, { filter }: PruneRequest): Promise<Pruned> {
  const { driver, abort } = session;
  const networks = (await driver.housekeeping.networks(abort)).filter(
    (network) => !network.builtIn && !network.inUse && fitsFilter(filter, network),
  );
  const pruned = await pruneEach(session, networks, async ({ id, name }) => {
    await driver.removeNetwork(id, abort);
    return name;
  });
  return { ...pruned, reclaimed: 0 };
}

/** Removes containers that do not run; their volumes stay. */
export async function pruneContainers(session: Session, { filter }: PruneRequest): Promise<Pruned> {
  const { driver, abort } = session;
  const containers = (await driver.housekeeping.containers(abort)).filter(
    ({ state, labels: own, createdAt }) =>
      stopped.has(state) && fitsFilter(filter, { labels: own, createdAt: createdAt * 1000 }),
  );
  const sizes = new Map<string, number>(
    (containers.length === 0 ? [] : (await driver.housekeeping.usage(abort)).containers).map(
      ({ container, size }) => [container.id, size],
    ),
  );
  const { removed, busy } = await pruneEach(session, containers, async ({ id }) => {
    await driver.removeContainer(id as ContainerId, { force: false, volumes: false }, abort);
    return id;
  });
  return { removed, busy, reclaimed: removed.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0) };
}

const stopped: ReadonlySet<string> = new Set(['created', 'exited', 'dead']);

export interface EnginePruneRequest extends PruneRequest {
  /** All images that no container is of, not only those without a name. */
  readonly all: boolean;
  /** Volumes without a name too. Those with one are data, and go only when they are meant: `pruneVolumes`. */
  readonly volumes: boolean;
}

export interface PrunedEngine {
  readonly containers: Pruned;
  readonly networks: Pruned;
  /** Absent when they were not asked for. */
  readonly volumes?: Pruned;
  readonly images: PrunedImages;
  readonly cache: PrunedCache;
  /** What killed commands had left behind. */
  readonly leftovers: readonly Leftover[];
}

/** Removes everything that nothing uses, in docker's order: what goes may have used what comes after it. */
export async function pruneEngine(session: Session, request: EnginePruneRequest): Promise<PrunedEngine> {
  const { filter, all } = request;
  const { housekeeping } = session.driver;
  const containers = await pruneContainers(session, { filter });
  const networks = await pruneNetworks(session, { filter });
  const volumes = request.volumes ? await pruneVolumes(session, { filter, all: false }) : undefined;
  const images = await housekeeping.pruneImages({ all, filter }, session.abort);
  // Caches have no labels, so who asks for some does not mean them.
  const hasLabels = filter.labels.length + filter.withoutLabels.length > 0;
  const cache = hasLabels ? undefined : await housekeeping.pruneBuildCache?.({ all, filter }, session.abort);
  const leftovers = await housekeeping.leftovers?.mend(session.abort);
  return {
    containers,
    networks,
    ...(volumes === undefined ? {} : { volumes }),
    images,
    cache: cache ?? { deleted: [], reclaimed: 0 },
    leftovers: leftovers ?? [],
  };
}

/**
 * Removes one after the other, each project's while no command works on it: what such a command has just made and not
 * used yet is none that nobody needs. What somebody began to use meanwhile stays.
 */
async function pruneEach<Item extends { readonly labels: Readonly<Record<string, string>> }>(
  session: Session,
  items: readonly Item[],
  remove: (item: Item) => Promise<string>,
): Promise<Omit<Pruned, 'reclaimed'>> {
  const removed: string[] = [];
  const busy: ProjectName[] = [];
  const removeAll = async (some: readonly Item[]): Promise<void> => {
    for (const item of some) {
      session.abort.throwIfAborted();
      session.drain.throwIfAborted();
      try {
        removed.push(await remove(item));
      } catch (error) {
        if (!isCode(error, 'engine.conflict')) throw error;
      }
    }
  };
  for (const project of new Set(items.map(projectOf))) {
    const own = items.filter((item) => projectOf(item) === project);
    try {
      if (project === undefined) await removeAll(own);
      else await withLock(session, project, () => removeAll(own));
    } catch (error) {
      if (project === undefined || !isCode(error, 'run.locked')) throw error;
      busy.push(project);
    }
  }
  return { removed, busy };
}

function projectOf({ labels: own }: { readonly labels: Readonly<Record<string, string>> }) {
  const name = own[labels.project];
  return name !== undefined && isProjectName(name) ? name : undefined;
}

function isCode(error: unknown, code: FlotillaError['code']): boolean {
  return error instanceof FlotillaError && error.code === code;
}
