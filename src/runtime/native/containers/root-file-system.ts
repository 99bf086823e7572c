import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import type { Root } from '../parts.ts';
import { isMounted } from '../system/is-mounted.ts';
import { makeOpenFolder, writeOpenFile } from '../system/open-to-all.ts';
import { mountOverlay } from '../system/overlay.ts';
import { temporaryFor } from '../system/write-whole.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';

/** Lays a container's own writable layer over those of its image. */
export function mountRoot({ root, libc }: Engine, id: string, layers: readonly string[]): void {
  const { rootfs } = volatilePlaces(root, id);
  if (isMounted(rootfs)) return;
  const all = [mountPoints(root), ...layers];
  mountOverlay(libc, { layers: all, target: rootfs, own: lastingPlaces(root, id).folder });
}

/**
 * A layer below all others, which has the places where the engine mounts something in every container. Where an image
 * lacks them, the runtime would make them anew in each container's own layer.
 */
function mountPoints(root: Root): string {
  const folder = join(root.lasting, 'mount-points');
  if (existsSync(folder)) return folder;
  const temporary = temporaryFor(folder);
  for (const place of ['', 'dev', 'etc', 'proc', 'sys']) makeOpenFolder(join(temporary, place));
  for (const name of ['hosts', 'hostname', 'resolv.conf']) writeOpenFile(join(temporary, 'etc', name), '');
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true });
    // Somebody else was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
