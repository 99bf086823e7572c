import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Engine } from '../engine.ts';
import { isMounted } from '../system/is-mounted.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';

/** The kernel takes no more than a page of options. */
const longestOptions = 4000;

/** Lays a container's own writable layer over those of its image. */
export function mountRoot(engine: Engine, id: string, layers: readonly string[]): void {
  const { rootfs } = volatilePlaces(engine.root, id);
  const { upper, work } = lastingPlaces(engine.root, id);
  for (const folder of [upper, work, rootfs]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (isMounted(rootfs)) return;
  const own = `upperdir=${upper},workdir=${work}`;
  const lower = [...layers].reverse();
  const options = `lowerdir=${lower.map(escaped).join(':')},${own}`;
  if (options.length <= longestOptions) {
    engine.libc.mount('overlay', rootfs, 'overlay', 0, options);
    return;
  }
  // Many layers: their paths are short as seen from their folder. Nothing else runs before it is left again.
  const base = dirname(dirname(layers[0] ?? '/'));
  const before = realpathSync('.');
  engine.libc.chdir(base);
  try {
    const short = lower.map((layer) => escaped(relative(base, layer))).join(':');
    engine.libc.mount('overlay', rootfs, 'overlay', 0, `lowerdir=${short},${own}`);
  } finally {
    engine.libc.chdir(before);
  }
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
