import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Root } from '../parts.ts';
import { isMissing } from './read-json.ts';

/**
 * Takes a folder away at once, on its own file system; its contents go later. What is not there is no error. The
 * path that is returned is to be emptied.
 */
export function moveToTrash(root: Root, folder: string): string | undefined {
  const place = folder.startsWith(`${root.volatile}/`) ? root.volatile : root.lasting;
  const target = join(place, 'trash', randomBytes(8).toString('hex'));
  mkdirSync(join(place, 'trash'), { recursive: true, mode: 0o700 });
  try {
    renameSync(folder, target);
    return target;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A failure leaves the folder in the trash, where the next emptying finds it. */
export async function emptyFromTrash(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
