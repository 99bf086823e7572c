import { chmodSync, chownSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Libc } from './libc.ts';

export interface OverlayRequest {
  /** Folders of the layers, lowest first. */
  readonly layers: readonly string[];
  readonly target: string;
  /** A folder for what is written, with `upper` and `work` in it; absent: nothing can be written. */
  readonly own?: string;
}

/** The kernel takes no more than a page of options. */
const longestOptions = 4000;
const readOnly = 1;

/** Lays folders over one another at the target, which is made when it is missing. */
export function mountOverlay(libc: Libc, { layers, target, own }: OverlayRequest): void {
  mkdirSync(target, { recursive: true, mode: 0o755 });
  const [upper, work] = [join(own ?? '', 'upper'), join(own ?? '', 'work')];
  if (own !== undefined) {
    mkdirSync(work, { recursive: true, mode: 0o755 });
    makeLike(upper, layers.at(-1));
  }
  const written = own === undefined ? '' : `,upperdir=${escaped(upper)},workdir=${escaped(work)}`;
  // Without an upper folder the kernel wants two lower ones.
  const lower = [...layers].reverse();
  const mount = (folders: readonly string[]): void => {
    const options = `lowerdir=${folders.map(escaped).join(':')}${written}`;
    libc.mount('overlay', target, 'overlay', own === undefined ? readOnly : 0, options);
  };
  if (lower.join(':').length + written.length <= longestOptions) {
    mount(lower);
    return;
  }
  // Many layers: their paths are short as seen from a folder above. Nothing else runs before it is left again.
  const base = commonFolder(lower);
  const before = realpathSync('.');
  libc.chdir(base);
  try {
    mount(lower.map((layer) => relative(base, layer)));
  } finally {
    libc.chdir(before);
  }
}

/** What is written has the owner and mode of what it is laid over; a folder that is there keeps its own. */
function makeLike(folder: string, below: string | undefined): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { mode: 0o755 });
  if (below === undefined) return;
  const { uid, gid, mode } = statSync(below);
  chownSync(folder, uid, gid);
  chmodSync(folder, mode & 0o7777);
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/'));
  const same = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, same).join('/') || '/';
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
