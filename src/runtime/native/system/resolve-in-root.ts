import { lstatSync, readlinkSync } from 'node:fs';
import { isMissing } from './read-json.ts';

/**
 * Where a path of a container is on the host, with the container's root as the top: links lead where they would lead
 * inside, and `..` stops at the root. The path need not exist; what comes after the first missing part has no links.
 * Throws ELOOP for links in a circle. Whoever runs inside can change what was looked at: see `Libc.openInRoot`.
 */
export function resolveInRoot(root: string, path: string): string {
  return walk(root, path, () => undefined);
}

/** The same, but undefined for a path that a link or `..` leads out of the folder. */
export function resolveBeneath(folder: string, path: string): string | undefined {
  let outside = false;
  const found = walk(folder, path, () => {
    outside = true;
  });
  return outside ? undefined : found;
}

/** As many as the kernel follows. */
const mostLinks = 40;

/** `leave` is called for each step above the top; the way goes on from the top then. */
function walk(root: string, path: string, leave: () => void): string {
  const top = root === '/' ? '' : root.replace(/\/+$/, '');
  const parts: string[] = [];
  const ahead = path.split('/').reverse();
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) leave();
      continue;
    }
    const target = linkAt(`${top}/${[...parts, part].join('/')}`);
    if (target === undefined) {
      parts.push(part);
      continue;
    }
    links += 1;
    if (links > mostLinks) {
      throw Object.assign(new Error(`ELOOP: too many links in ${path}, below ${root}`), { code: 'ELOOP' });
    }
    if (target.startsWith('/')) {
      leave();
      parts.length = 0;
    }
    ahead.push(...target.split('/').reverse());
  }
  return parts.length === 0 ? root : `${top}/${parts.join('/')}`;
}

function linkAt(path: string): string | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    // A file in the middle of a path: whoever uses the path will be told.
    if (isMissing(error)) return undefined;
    throw error;
  }
}
