import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Root } from '../parts.ts';
import { namesIn } from './names-in.ts';
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

/**
 * A failure leaves the folder in the trash, where the next emptying finds it. So does a mount below it: what is mounted
 * belongs to somebody else.
 */
export async function emptyFromTrash(path: string | undefined): Promise<void> {
  if (path === undefined || hasMounts(path)) return;
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Takes away what commands that were killed have left in the trash. */
export async function emptyTrash(root: Root): Promise<void> {
  const left = [root.lasting, root.volatile].flatMap((place) => {
    const folder = join(place, 'trash');
    return namesIn(folder).map((name) => join(folder, name));
  });
  for (const path of left) await emptyFromTrash(path);
}

function hasMounts(path: string): boolean {
  // proc_pid_mountinfo(5): the fifth field is where a mount is, with blanks and the like as octal numbers.
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => octal(code)))
    .some((point) => point === path || point.startsWith(`${path}/`));
}

function octal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}
