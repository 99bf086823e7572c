import { setMaxListeners } from 'node:events';

/** A controller for a signal that any number of calls may listen to at once, and that aborts along with others. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Lets go of the signals that it follows; to be called when the work is over, however it ended. */
  dispose(): void;
}

/**
 * Its signal aborts with the first of the given ones, or by its own `abort`. `AbortSignal.any` would hold on to
 * long-lived sources for as long as they live (https://github.com/nodejs/node/issues/54614), and Node takes more than
 * ten listeners of one signal for a leak and says so.
 */
export function linkedAbort(...sources: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const followed: { readonly source: AbortSignal; readonly listener: () => void }[] = [];
  const dispose = (): void => {
    for (const { source, listener } of followed.splice(0)) source.removeEventListener('abort', listener);
  };
  const abort = (reason?: unknown): void => {
    dispose();
    controller.abort(reason);
  };
  for (const source of sources) {
    if (source === undefined) continue;
    if (source.aborted) {
      abort(source.reason);
      break;
    }
    const listener = (): void => abort(source.reason);
    followed.push({ source, listener });
    source.addEventListener('abort', listener, { once: true });
  }
  return { signal: controller.signal, abort, dispose };
}
