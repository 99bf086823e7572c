import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Libc } from './libc.ts';
import { isMissing } from './read-json.ts';
import { resolveInRoot } from './resolve-in-root.ts';

/** More than any honest /etc/passwd has. */
const largest = 1024 * 1024;

/**
 * The text of a small file of a container, whose programs may put anything in its place: pipes and devices are not
 * opened to wait for, links do not lead out of the root, and no more than a mebibyte is read. Empty when there is no
 * such file.
 */
export function readInRoot(libc: Libc, root: string, path: string): string {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  let fd: number;
  try {
    fd = openIn(libc, root, path, flags);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (isMissing(error) || ['ELOOP', 'ENXIO', 'EISDIR', 'EACCES'].includes(code)) return '';
    throw error;
  }
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return '';
    const bytes = Buffer.alloc(Math.min(found.size, largest));
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

function openIn(libc: Libc, root: string, path: string, flags: number): number {
  try {
    return libc.openInRoot(root, path, flags, { beneath: false });
  } catch (error) {
    // Old kernels have it not, and sandboxes refuse what they do not know.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOSYS', 'EPERM'].includes(code)) throw error;
    return openSync(resolveInRoot(root, path), flags | constants.O_NOFOLLOW);
  }
}
