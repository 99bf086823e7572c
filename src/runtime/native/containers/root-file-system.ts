import type { Engine } from '../engine.ts';
import { isMounted } from '../system/is-mounted.ts';
import { mountOverlay } from '../system/overlay.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';

/** Lays a container's own writable layer over those of its image. */
export function mountRoot({ root, libc }: Engine, id: string, layers: readonly string[]): void {
  const { rootfs } = volatilePlaces(root, id);
  if (!isMounted(rootfs)) mountOverlay(libc, { layers, target: rootfs, own: lastingPlaces(root, id).folder });
}
