import { readdirSync, rmSync } from 'node:fs';
import { familiar } from '../../../images/index.ts';
import type { PrunedImages } from '../../image-verbs.ts';
import type { ImageStore } from '../parts.ts';
import { storedImage } from './store/find.ts';
import { changeIndex, type ImageIndex } from './store/index-file.ts';
import type { StoreContext } from './store/layers.ts';
import { emptyTrash, sweep } from './store/sweep.ts';

/** Removes images that nothing uses, and what was left behind by commands that came to no end. */
export async function pruneImages(
  { places, libc, locks }: StoreContext,
  { withUsers, all, only }: Parameters<ImageStore['prune']>[0],
): Promise<PrunedImages> {
  const prune = (index: ImageIndex, inUse: (id: string) => boolean) => {
    const mayGo = (id: string): boolean => {
      if (inUse(id) || (!all && (index.images[id]?.tags.length ?? 0) > 0)) return false;
      const image = only === undefined ? undefined : storedImage(places, index, id);
      return only === undefined || (image !== undefined && only(image));
    };
    const deleted = Object.keys(index.images).filter(mayGo);
    const untagged = deleted.flatMap((id) => {
      const { tags = [], digests = [] } = index.images[id] ?? {};
      return [...tags, ...digests].map(familiar);
    });
    const kept = Object.entries(index.images).filter(([id]) => !deleted.includes(id));
    const swept = sweep({ ...index, images: Object.fromEntries(kept) }, places, libc);
    const reclaimed = sizeOf(index) - sizeOf(swept);
    return { index: swept, result: { deleted, untagged, reclaimed } };
  };
  const pruned = await withUsers((inUse) => changeIndex(places, locks, (index) => prune(index, inUse)));
  // A download that goes on just now keeps its open file, and only has nothing to go on with.
  for (const name of readdirSync(places.partial)) rmSync(`${places.partial}/${name}`, { force: true });
  await emptyTrash(places);
  return pruned;
}

export function sizeOf({ layers }: ImageIndex): number {
  return Object.values(layers).reduce((sum, { size }) => sum + size, 0);
}
