import type { Bin } from '../engine.ts';
import type { Libc } from './libc.ts';
import { emptyInBackground } from './trash.ts';

/** A command that removes many things removes them at about the same time. */
const quietMs = 100;

export function createBin(libc: Libc): Bin {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const paths = waiting;
    waiting = [];
    emptyInBackground(libc, paths);
  };
  return {
    throwAway(paths) {
      waiting.push(...paths);
      timer ??= setTimeout(settle, quietMs);
    },
    settle,
  };
}
