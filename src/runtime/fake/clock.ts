import type { Clock } from '../../core/clock.ts';

/** A clock whose hands only its owner turns. */
export interface FakeClock extends Clock {
  /** Goes on by so many milliseconds and wakes, in order, whoever sleeps until then or falls asleep meanwhile. */
  advance(ms: number): Promise<void>;
  /** How many sleep at the moment. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Begins on 1 January 2025 unless told otherwise. */
export function createFakeClock(startMs: number = Date.UTC(2025, 0, 1)): FakeClock {
  let now = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      abortable(signal, (wake) => {
        if (ms <= 0) wake();
        const sleeper = { at: now + ms, wake };
        sleepers.add(sleeper);
        return () => sleepers.delete(sleeper);
      }),
    get sleepers() {
      return sleepers.size;
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = earliest(sleepers, until); next !== undefined; next = earliest(sleepers, until)) {
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = until;
    },
  };
}

function earliest(sleepers: ReadonlySet<Sleeper>, until: number): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.at <= until && (first === undefined || sleeper.at < first.at)) first = sleeper;
  }
  return first;
}

/** Lets everything happen that waits for no time. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function abortable(signal: AbortSignal, begin: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let cancel: (() => void) | undefined;
    let over = false;
    const finish = (): void => {
      over = true;
      cancel?.();
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      finish();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    cancel = begin(() => {
      finish();
      resolve();
    });
    if (over) cancel();
  });
}
