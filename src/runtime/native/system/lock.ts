import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import type { Libc } from './libc.ts';

/** Work that excludes other work of the same file's name, in this process and in all others. */
export interface Locks {
  /**
   * Runs the work while nobody else holds the lock of that file. The kernel gives it back when the process ends,
   * however it ends. The file stays; who holds the lock may take it away with its folder, and then the lock is free.
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
  const withFile = async <T>(
    path: string,
    take: (fd: number) => Promise<boolean> | boolean,
    work: () => Promise<T> | T,
  ): Promise<T | undefined> => {
    for (;;) {
      const fd = openSync(path, 'a', 0o600);
      try {
        if (!(await take(fd))) return undefined;
        // Who comes after the file was taken away locks another one.
        if (isAt(path, fd)) return await work();
      } finally {
        closeSync(fd);
      }
    }
  };
  const wait = async (fd: number): Promise<boolean> => {
    if (!libc.tryFlock(fd)) await libc.flock(fd);
    return true;
  };
  return {
    hold: <T>(path: string, work: () => Promise<T> | T) =>
      inTurn(path, () => withFile(path, wait, work) as Promise<T>),
    attempt: async (path, work) =>
      queues.has(path)
        ? undefined
        : await inTurn(path, () => withFile(path, (fd) => libc.tryFlock(fd), work)),
  };
}

function isAt(path: string, fd: number): boolean {
  const held = fstatSync(fd);
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.ino === held.ino && found.dev === held.dev;
}
