import type { PrunedCache, PruneFilter } from '../../housekeeping.ts';
import type { PrunedImages } from '../../image-verbs.ts';
import type { EngineClient } from '../client.ts';
import { inTurn } from './in-turn.ts';

interface PruneOptions {
  readonly all: boolean;
  readonly filter: PruneFilter;
}

interface PrunedImagesBody {
  readonly ImagesDeleted?: readonly { readonly Untagged?: string; readonly Deleted?: string }[] | null;
  readonly SpaceReclaimed?: number;
}

export async function pruneImages(
  client: EngineClient,
  { all, filter }: PruneOptions,
  signal: AbortSignal | undefined,
): Promise<PrunedImages> {
  const filters = { dangling: [String(!all)], ...engineFilters(filter) };
  const call = {
    method: 'POST',
    path: '/images/prune',
    query: { filters: JSON.stringify(filters) },
    task: 'remove images that nothing uses',
  } as const;
  const reply = await inTurn(() => client.json<PrunedImagesBody>(call, signal), signal);
  const removed = reply.ImagesDeleted ?? [];
  return {
    untagged: removed.flatMap(({ Untagged }) => Untagged ?? []),
    deleted: removed.flatMap(({ Deleted }) => Deleted ?? []),
    reclaimed: reply.SpaceReclaimed ?? 0,
  };
}

export async function pruneBuildCache(
  client: EngineClient,
  { all, filter: { until } }: PruneOptions,
  now: () => number,
  signal: AbortSignal | undefined,
): Promise<PrunedCache> {
  // Of caches engines take no moment, but only for how long nobody has used them.
  const unused = until === undefined ? undefined : `${Math.max(0, Math.round((now() - until) / 1000))}s`;
  const reply = await client.json<{
    readonly CachesDeleted?: readonly string[] | null;
    readonly SpaceReclaimed?: number;
  }>(
    {
      method: 'POST',
      path: '/build/prune',
      query: { all, ...(unused === undefined ? {} : { filters: JSON.stringify({ until: [unused] }) }) },
      task: 'remove build cache',
    },
    signal,
  );
  return { deleted: reply.CachesDeleted ?? [], reclaimed: reply.SpaceReclaimed ?? 0 };
}

function engineFilters({ until, labels, withoutLabels }: PruneFilter) {
  return {
    ...(until === undefined ? {} : { until: [String(until / 1000)] }),
    ...(labels.length === 0 ? {} : { label: labels }),
    ...(withoutLabels.length === 0 ? {} : { 'label!': withoutLabels }),
  };
}
