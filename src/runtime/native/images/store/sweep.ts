import { readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Libc } from '../../system/libc.ts';
import type { ImageIndex } from './index-file.ts';
import { readLeases } from './lease.ts';
import { type Places, randomName } from './places.ts';

/**
 * Takes layers and contents out of the index that no image has and no process is about to use. To be called under
 * the lock of the index, which is written after; what was taken lies in the trash, for `emptyTrash`.
 */
export function sweep(index: ImageIndex, places: Places, libc: Libc): ImageIndex {
  const { claimed, dead } = readLeases(places, libc);
  const images = Object.entries(index.images);
  const usedLayers = new Set([...claimed, ...images.flatMap(([, image]) => image.layers)]);
  const kept = Object.entries(index.layers).filter(([diffId, layer]) => {
    if (usedLayers.has(diffId)) return true;
    discard(places.layer(diffId), places);
    rmSync(places.link(layer.link), { force: true });
    return false;
  });
  for (const hex of readdirSync(`${places.folder}/blobs/sha256`)) {
    const digest = `sha256:${hex}`;
    if (index.images[digest] === undefined && !claimed.has(digest))
      rmSync(places.blob(digest), { force: true });
  }
  for (const name of dead) {
    discard(`${places.scratch}/${name}`, places);
    rmSync(`${places.leases}/${name}`, { force: true });
  }
  return { ...index, layers: Object.fromEntries(kept) };
}

export async function emptyTrash(places: Places): Promise<void> {
  for (const name of readdirSync(places.trash))
    await rm(`${places.trash}/${name}`, { recursive: true, force: true });
}

function discard(path: string, places: Places): void {
  try {
    renameSync(path, `${places.trash}/${randomName()}`);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}
