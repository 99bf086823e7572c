import { join } from 'node:path';
import type { EngineUsage } from '../../housekeeping.ts';
import { buildCache } from '../build/cache.ts';
import { observeEveryContainer } from '../containers/observe.ts';
import { lastingPlaces } from '../containers/places.ts';
import { listRecords } from '../containers/record.ts';
import { volumesOf } from '../containers/users.ts';
import type { Engine } from '../engine.ts';
import { diskUsage } from '../system/disk-usage.ts';

export async function engineUsage(engine: Engine): Promise<EngineUsage> {
  const { parts, root } = engine;
  const containers = await observeEveryContainer(engine);
  const [images, { total, unique }] = await Promise.all([parts.images.list(), parts.images.usage()]);
  const held = listRecords(root).map((record) => volumesOf(root, record));
  return {
    layers: total,
    images: images.map(({ id, observed: { tags, repoDigests }, createdAt, size }) => ({
      id,
      tags,
      repoDigests,
      ...(createdAt === undefined ? {} : { createdAt }),
      size,
      shared: Math.max(0, size - (unique.get(id) ?? 0)),
      containers: containers.filter(({ imageId }) => imageId === id).length,
    })),
    containers: await eachOf(containers, async (container) => ({
      container,
      size: await diskUsage(join(lastingPlaces(root, container.id).folder, 'upper')),
    })),
    volumes: await eachOf(parts.volumes.list(), async ({ name, data, driverOptions }) => ({
      name,
      // With options it is somewhere else.
      ...(Object.keys(driverOptions).length > 0 ? {} : { size: await diskUsage(data) }),
      containers: held.filter((names) => names.includes(name)).length,
    })),
    cache: await buildCache(engine),
  };
}

/** One after the other: the disk is one. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  look: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await look(item));
  return results;
}
