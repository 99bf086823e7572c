import { closeSync, constants, opendirSync } from 'node:fs';
import type { Libc } from './libc.ts';
import { resolveBeneath, resolveInRoot } from './resolve-in-root.ts';

/** A folder below another one. */
export interface Place {
  readonly root: string;
  readonly path: string;
}

/**
 * Works in a folder of a container that runs. The folder is found in one step of the kernel's and held by a descriptor, so
 * nobody inside can put a link in its place meanwhile; `work` gets a path to it. In it, only what does not follow links is
 * safe: creating exclusively, renaming, removing. Throws ENOENT and ENOTDIR as open does; with `beneath` also EXDEV for a
 * folder that is outside.
 */
export function inFolder<T>(
  libc: Libc,
  { root, path }: Place,
  { beneath }: { readonly beneath: boolean },
  work: (folder: string) => T,
): T {
  const flags = constants.O_DIRECTORY | constants.O_RDONLY;
  let fd: number;
  try {
    fd = libc.openInRoot(root, relative(path), flags, { beneath });
  } catch (error) {
    // Old kernels have it not, and sandboxes refuse what they do not know.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOSYS', 'EPERM'].includes(code)) throw error;
    const found = beneath ? resolveBeneath(root, path) : resolveInRoot(root, path);
    if (found === undefined)
      throw Object.assign(new Error(`EXDEV: ${path} leads out of ${root}`), { code: 'EXDEV' });
    // Throws as open does when it is no folder.
    opendirSync(found).closeSync();
    return work(found);
  }
  try {
    return work(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** An absolute path would leave the folder where nothing may lead out. */
function relative(path: string): string {
  return path.replace(/^\/+/, '') || '.';
}
