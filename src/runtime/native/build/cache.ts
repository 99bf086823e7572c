import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheUse, PrunedCache, PruneFilter } from '../../housekeeping.ts';
import { fitsFilter } from '../../prune-filter.ts';
import type { Root } from '../parts.ts';
import { diskUsage } from '../system/disk-usage.ts';
import type { Locks } from '../system/lock.ts';
import { namesIn } from '../system/names-in.ts';
import { identify, ownPid } from '../system/process-identity.ts';
import { readJson } from '../system/read-json.ts';
import { emptyFromTrash, moveToTrash } from '../system/trash.ts';

/** Where the builder keeps its layers; all of it is this engine's alone. */
export interface BuilderPlaces {
  readonly home: string;
  readonly storage: string;
  /** Of what does not survive a reboot. */
  readonly running: string;
}

export function builderPlaces(root: Root): BuilderPlaces {
  const home = join(root.lasting, 'builder');
  return { home, storage: join(home, 'storage'), running: join(root.volatile, 'builder') };
}

/** What the cache is about: where it is, and how others are kept from it. */
interface Keeper {
  readonly root: Root;
  readonly locks: Locks;
}

/**
 * A folder for what a build needs only while it runs. It says that the storage is in use, and is named by this process, so
 * that what killed ones have left is told from it.
 */
export function enterBuilder({ root, locks }: Keeper): Promise<string> {
  const { home } = builderPlaces(root);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return locks.hold(lockOf(home), () => {
    for (const name of lostIn(home)) rmSync(join(home, name), { recursive: true, force: true });
    return mkdtempSync(join(home, `build-${ownPid()}-`));
  });
}

/** The layers that the builder keeps for the next build; no image needs them. */
export async function buildCache({ root }: { readonly root: Root }): Promise<readonly CacheUse[]> {
  const { home, storage } = builderPlaces(root);
  const inUse = buildsIn(home).length > 0;
  const uses: CacheUse[] = [];
  for (const { id, created } of readJson<readonly StoredLayer[]>(join(storage, layersFile)) ?? []) {
    const size = await diskUsage(join(storage, 'overlay', id, 'diff'));
    uses.push({
      id,
      type: 'regular',
      size,
      inUse,
      shared: false,
      uses: 0,
      ...(created === undefined ? {} : { createdAt: created }),
    });
  }
  return uses;
}

/** Takes all of it, because it hangs together; nothing while something is built, nor when a part is too young. */
export async function pruneBuildCache({ root, locks }: Keeper, filter: PruneFilter): Promise<PrunedCache> {
  const { home, storage, running } = builderPlaces(root);
  if (namesIn(home).length === 0) return nothing;
  const pruned = await locks.hold(lockOf(home), async () => {
    if (buildsIn(home).length > 0) return undefined;
    const cache = await buildCache({ root });
    const isOld = cache.every(({ createdAt = '' }) =>
      fitsFilter(filter, { labels: {}, createdAt: Date.parse(createdAt) || 0 }),
    );
    if (!isOld) return undefined;
    for (const name of lostIn(home)) rmSync(join(home, name), { recursive: true, force: true });
    return { cache, trash: [moveToTrash(root, storage), moveToTrash(root, running)] };
  });
  if (pruned === undefined) return nothing;
  await Promise.all(pruned.trash.map(emptyFromTrash));
  return {
    deleted: pruned.cache.map(({ id }) => id),
    reclaimed: pruned.cache.reduce((sum, { size }) => sum + size, 0),
  };
}

const nothing: PrunedCache = { deleted: [], reclaimed: 0 };
const layersFile = 'overlay-layers/layers.json';

/** Of containers/storage, which buildah keeps its layers with. */
interface StoredLayer {
  readonly id: string;
  readonly created?: string;
}

function lockOf(home: string): string {
  return join(home, 'lock');
}

function buildsIn(home: string): readonly string[] {
  return namesIn(home).filter((name) => {
    const pid = pidIn(name);
    return pid !== undefined && identify(pid) !== undefined;
  });
}

/** What killed builds have left. */
function lostIn(home: string): readonly string[] {
  return namesIn(home).filter((name) => {
    const pid = pidIn(name);
    return pid !== undefined && identify(pid) === undefined;
  });
}

function pidIn(name: string): number | undefined {
  const pid = /^build-(\d+)-/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
