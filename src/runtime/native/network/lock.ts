import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Libc } from '../system/libc.ts';

/** Runs the task while no other process holds the lock; its file stays. */
export async function withLock<Result>(
  libc: Pick<Libc, 'flock'>,
  path: string,
  task: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a');
  try {
    await libc.flock(fd);
    return await task();
  } finally {
    closeSync(fd);
  }
}
