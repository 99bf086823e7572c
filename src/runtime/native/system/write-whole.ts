import { randomBytes } from 'node:crypto';
import { closeSync, fsync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { identify, ownPid } from './process-identity.ts';

/** Replaces a file so that a reader finds the old or the new content, and never a part of one. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = temporaryFor(path);
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
export async function writeJsonDurably(path: string, value: unknown): Promise<void> {
  (await writeJsonAhead(path, value)).publish();
}

/** The same up to the moment from which on the file is there, so that the disk works while other things are made. */
export async function writeJsonAhead(
  path: string,
  value: unknown,
  before: readonly string[] = [],
): Promise<{ publish(): void }> {
  const temporary = temporaryFor(path);
  writeFileSync(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  await Promise.all([...before, temporary].map(reachDisk));
  return { publish: () => renameSync(temporary, path) };
}

async function reachDisk(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await promisify(fsync)(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Where something is made that shall be at `path` when it is whole. It has the number of the process that makes it, by
 * which others know that nobody will finish it.
 */
export function temporaryFor(path: string): string {
  return `${path}.${ownPid()}-${randomBytes(4).toString('hex')}`;
}

/** Removes what killed processes have begun to write in a folder. */
export function sweepTemporaries(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, pid] = /\.(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
    if (pid !== undefined && identify(Number(pid)) === undefined)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
