import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/**
 * Whether a path is in a folder once all links are followed. The part of it that does not exist cannot be a link, so
 * it counts as it is written.
 */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const [root, target] = await Promise.all([realpath(folder), realTarget(path)]);
  if (target === undefined) return false;
  const way = relative(root, target);
  return way !== '..' && !way.startsWith('../');
}

/** Undefined when nobody can tell, for instance in a ring of links. */
async function realTarget(path: string): Promise<string | undefined> {
  let missing = '';
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(await realpath(at), missing);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(at) === at) return undefined;
      if (await isLink(at)) return undefined;
      missing = join(at.slice(dirname(at).length), missing);
    }
  }
}

/** A link that leads nowhere yet may lead anywhere later. */
async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}
