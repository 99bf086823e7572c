import { closeSync, openSync } from 'node:fs';
import type { Libc } from '../../system/libc.ts';

/** Runs one piece of work at a time, over all processes; whoever dies gives the lock back. */
export async function withLock<Result>(
  path: string,
  libc: Libc,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const fd = openSync(path, 'a', 0o600);
  try {
    await libc.flock(fd);
    return await work();
  } finally {
    closeSync(fd);
  }
}
