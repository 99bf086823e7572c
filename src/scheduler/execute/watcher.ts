import type { ContainerId, ProjectName } from '../../core/ids.ts';
import type { Driver } from '../../runtime/index.ts';

/**
 * Tells who waits for a container that something happened to it. One subscription serves a whole run; it is made
 * before anything is inspected, so that nothing can happen unseen in between.
 */
export interface ContainerWatcher extends AsyncDisposable {
  /** How often a container has been in the news so far. */
  generation(container: ContainerId): number;
  /** Whether the engine has told of it, which it may do apart from the container's end, and later. */
  ranOutOfMemory(container: ContainerId): boolean;
  /**
   * Resolves when the container's generation is no longer the given one, or at the moment when the stream breaks. After
   * that nothing is heard any more, and it waits for its signal only.
   */
  changed(container: ContainerId, since: number, signal: AbortSignal): Promise<void>;
}

export async function watchContainers(driver: Driver, project: ProjectName): Promise<ContainerWatcher> {
  const stop = new AbortController();
  const generations = new Map<ContainerId, number>();
  const outOfMemory = new Set<ContainerId>();
  const waiters = new Map<ContainerId, Set<() => void>>();
  const wake = (container: ContainerId): void => {
    for (const waiter of [...(waiters.get(container) ?? [])]) waiter();
  };
  const stream = await driver.events({ project }, stop.signal);
  const reading = (async () => {
    try {
      for await (const event of stream) {
        if (event.action === 'oom') outOfMemory.add(event.container);
        generations.set(event.container, (generations.get(event.container) ?? 0) + 1);
        wake(event.container);
      }
    } catch {
      // Whoever waits inspects next and meets the engine's error there, with the container's name.
    } finally {
      for (const container of waiters.keys()) wake(container);
    }
  })();
  return {
    ranOutOfMemory: (container) => outOfMemory.has(container),
    generation: (container) => generations.get(container) ?? 0,
    changed: (container, since, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        if ((generations.get(container) ?? 0) !== since) {
          resolve();
          return;
        }
        const set = waiters.get(container) ?? new Set();
        waiters.set(container, set);
        const leave = (): void => {
          set.delete(wakeUp);
          signal.removeEventListener('abort', onAbort);
        };
        const wakeUp = (): void => {
          leave();
          resolve();
        };
        const onAbort = (): void => {
          leave();
          reject(signal.reason);
        };
        set.add(wakeUp);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the watcher was closed'));
      await reading;
    },
  };
}
