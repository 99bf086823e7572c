/** A signal that aborts with the first of several, with its reason. */
export interface JoinedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** Disposing it takes its listeners away. */
export function joinSignals(...sources: readonly (AbortSignal | undefined)[]): JoinedSignal {
  const controller = new AbortController();
  const present = sources.filter((source) => source !== undefined);
  const listeners = present.map((source) => [source, () => controller.abort(source.reason)] as const);
  for (const [source, onAbort] of listeners) {
    if (source.aborted) controller.abort(source.reason);
    else source.addEventListener('abort', onAbort);
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const [source, onAbort] of listeners) source.removeEventListener('abort', onAbort);
    },
  };
}
