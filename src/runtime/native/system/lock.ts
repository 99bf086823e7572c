import { closeSync, openSync } from 'node:fs';
import type { Libc } from './libc.ts';

/** Work that excludes other work of the same file's name, in this process and in all others. */
export interface Locks {
  /**
   * Runs the work while nobody else holds the lock of that file. The kernel gives it back when the process ends,
   * however it ends. The file stays.
   */
  hold<T>(path: string, work: () => Promise<T> | T): Promise<T>;
}

export function createLocks(libc: Libc): Locks {
  // Within the process a queue does: a thread that waits in the kernel for each caller would soon be the last one.
  const queues = new Map<string, Promise<void>>();
  const holdFile = async <T>(path: string, work: () => Promise<T> | T): Promise<T> => {
    const fd = openSync(path, 'a', 0o600);
    try {
      if (!libc.tryFlock(fd)) await libc.flock(fd);
      return await work();
    } finally {
      closeSync(fd);
    }
  };
  return {
    async hold(path, work) {
      const before = queues.get(path);
      let release = (): void => undefined;
      const mine = new Promise<void>((resolve) => {
        release = resolve;
      });
      queues.set(path, mine);
      try {
        await before;
        return await holdFile(path, work);
      } finally {
        release();
        if (queues.get(path) === mine) queues.delete(path);
      }
    },
  };
}
