export interface CombinedSignal {
  readonly signal: AbortSignal;
  dispose(): void;
}

/**
 * A signal that aborts with the first of several; `dispose` takes its listeners away again. `AbortSignal.any`
 * would hold on to long-lived sources for as long as they live (https://github.com/nodejs/node/issues/54614).
 */
export function anySignal(...sources: readonly AbortSignal[]): CombinedSignal {
  const controller = new AbortController();
  const listeners = sources.map((source) => () => controller.abort(source.reason));
  const dispose = (): void => {
    for (const [index, source] of sources.entries()) {
      const listener = listeners[index];
      if (listener !== undefined) source.removeEventListener('abort', listener);
    }
  };
  for (const [index, source] of sources.entries()) {
    const listener = listeners[index];
    if (listener === undefined) continue;
    if (source.aborted) listener();
    else source.addEventListener('abort', listener, { once: true });
  }
  return { signal: controller.signal, dispose };
}
