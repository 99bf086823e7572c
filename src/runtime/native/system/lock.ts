import { closeSync, openSync } from 'node:fs';
import type { Libc } from './libc.ts';

/** Work that excludes other work of the same file's name, in this process and in all others. */
export interface Locks {
  /**
   * Runs the work while nobody else holds the lock of that file. The kernel gives it back when the process ends,
   * however it ends. The file stays.
   */
  hold<T>(path: string, work: () => Promise<T> | T): Promise<T>;
  /** The same, unless somebody holds it: then it resolves to undefined, and nothing is done. */
  attempt<T>(path: string, work: () => Promise<T> | T): Promise<T | undefined>;
}

export function createLocks(libc: Libc): Locks {
  // Within the process a queue does: a thread that waits in the kernel for each caller would soon be the last one.
  const queues = new Map<string, Promise<void>>();
  const inTurn = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(path);
    let release = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    queues.set(path, mine);
    try {
      await before;
      return await work();
    } finally {
      release();
      if (queues.get(path) === mine) queues.delete(path);
    }
  };
  const withFile = async <T>(path: string, work: (fd: number) => Promise<T>): Promise<T> => {
    const fd = openSync(path, 'a', 0o600);
    try {
      return await work(fd);
    } finally {
      closeSync(fd);
    }
  };
  return {
    hold: (path, work) =>
      inTurn(path, () =>
        withFile(path, async (fd) => {
          if (!libc.tryFlock(fd)) await libc.flock(fd);
          return await work();
        }),
      ),
    attempt: async (path, work) =>
      queues.has(path)
        ? undefined
        : await inTurn(path, () =>
            withFile(path, async (fd) => (libc.tryFlock(fd) ? await work() : undefined)),
          ),
  };
}
