import { randomBytes } from 'node:crypto';
import { closeSync, fsync, openSync, renameSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Replaces a file so that a reader finds the old or the new content, and never a part of one. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

export function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value)}\n`);
}

/**
 * The same for what must be there after a power cut, too: a file that is renamed may else be an empty one then. Files that
 * it makes valid (`before`) are there by then as well. The thread goes on while the disk works.
 */
export async function writeJsonDurably(
  path: string,
  value: unknown,
  before: readonly string[] = [],
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  await Promise.all([...before, temporary].map(reachDisk));
  renameSync(temporary, path);
}

async function reachDisk(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await promisify(fsync)(fd);
  } finally {
    closeSync(fd);
  }
}
