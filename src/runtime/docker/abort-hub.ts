/**
 * One listener for each signal, however many calls wait with it: Node warns of a leak from the eleventh on, and a run
 * makes more calls at once.
 */
export interface AbortHub {
  /** Returns the way to take it back; the last one that is taken back takes the signal's listener along. */
  onAbort(signal: AbortSignal, callback: () => void): () => void;
}

interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly stop: () => void;
}

export function createAbortHub(): AbortHub {
  const bySignal = new WeakMap<AbortSignal, Waiting>();

  function listen(signal: AbortSignal): Waiting {
    const callbacks = new Set<() => void>();
    const tell = (): void => {
      for (const callback of callbacks) callback();
    };
    const stop = (): void => {
      signal.removeEventListener('abort', tell);
      bySignal.delete(signal);
    };
    signal.addEventListener('abort', tell);
    const waiting = { callbacks, stop };
    bySignal.set(signal, waiting);
    return waiting;
  }

  return {
    onAbort(signal, callback) {
      const { callbacks, stop } = bySignal.get(signal) ?? listen(signal);
      // Its own function, so that a callback given twice is told twice.
      const own = (): void => callback();
      callbacks.add(own);
      return () => {
        if (callbacks.delete(own) && callbacks.size === 0) stop();
      };
    },
  };
}
