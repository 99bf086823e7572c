import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './read-json.ts';

/**
 * Bytes of the files below a folder, each file counted once however many names it has, as docker counts. What goes away
 * meanwhile is not counted; what is mounted in it belongs to somebody else.
 */
export async function diskUsage(folder: string): Promise<number> {
  const seen = new Set<number>();
  let sum = 0;
  const visit = async (path: string, device: number | undefined): Promise<void> => {
    const found = await unlessMissing(lstat(path));
    if (found === undefined || (device !== undefined && found.dev !== device)) return;
    if (!found.isDirectory()) {
      if (found.nlink > 1 && seen.has(found.ino)) return;
      seen.add(found.ino);
      sum += found.size;
      return;
    }
    for (const name of (await unlessMissing(readdir(path))) ?? []) await visit(join(path, name), found.dev);
  };
  await visit(folder, undefined);
  return sum;
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
