import type { RunNode, RunObserver } from './options.ts';

/** Keeps what an observer throws away from the run: it is told once and the observer is dropped. */
export function isolateObserver<Node extends RunNode, T>(
  observer: RunObserver<Node, T> | undefined,
  onError: ((thrown: unknown) => void) | undefined,
): Required<RunObserver<Node, T>> {
  let listener = observer;
  const tell = (call: (to: RunObserver<Node, T>) => void): void => {
    if (listener === undefined) return;
    try {
      call(listener);
    } catch (thrown) {
      listener = undefined;
      try {
        onError?.(thrown);
      } catch {
        // Whoever hears of errors has none of their own to be heard.
      }
    }
  };
  return {
    started: (node) => tell((to) => to.started?.(node)),
    retrying: (node, error, attempt, delayMs) => tell((to) => to.retrying?.(node, error, attempt, delayMs)),
    settled: (node, outcome) => tell((to) => to.settled?.(node, outcome)),
  };
}
