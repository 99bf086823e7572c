import type { PrunedCache, PruneFilter } from '../../housekeeping.ts';
import type { PrunedImages } from '../../image-verbs.ts';
import type { EngineClient } from '../client.ts';

interface PruneOptions {
  readonly all: boolean;
  readonly filter: PruneFilter;
}

export async function pruneImages(
  client: EngineClient,
  { all, filter }: PruneOptions,
  signal: AbortSignal | undefined,
): Promise<PrunedImages> {
  const filters = { dangling: [String(!all)], ...engineFilters(filter) };
  const reply = await client.json<{
    readonly ImagesDeleted?: readonly { readonly Untagged?: string; readonly Deleted?: string }[] | null;
    readonly SpaceReclaimed?: number;
  }>(
    {
      method: 'POST',
      path: '/images/prune',
      query: { filters: JSON.stringify(filters) },
      task: 'remove images that nothing uses',
    },
    signal,
  );
  const removed = reply.ImagesDeleted ?? [];
  return {
    untagged: removed.flatMap(({ Untagged }) => Untagged ?? []),
    deleted: removed.flatMap(({ Deleted }) => Deleted ?? []),
    reclaimed: reply.SpaceReclaimed ?? 0,
  };
}

export async function pruneBuildCache(
  client: EngineClient,
  { all, filter }: PruneOptions,
  signal: AbortSignal | undefined,
): Promise<PrunedCache> {
  const { until } = engineFilters(filter);
  const reply = await client.json<{
    readonly CachesDeleted?: readonly string[] | null;
    readonly SpaceReclaimed?: number;
  }>(
    {
      method: 'POST',
      path: '/build/prune',
      query: { all, ...(until === undefined ? {} : { filters: JSON.stringify({ until }) }) },
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
