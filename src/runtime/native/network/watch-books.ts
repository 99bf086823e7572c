import { mkdirSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Places } from './state.ts';

/** While many containers come up the books change all the time, and to read them takes longer the more there are. */
const restMs = 25;

/**
 * Calls back after each change of the books, also of other processes, until it is aborted: at once after the first, and of
 * those that follow it closely after the last. Keeps no process alive.
 */
export function watchBooks(places: Places, onChange: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  let rest: NodeJS.Timeout | undefined;
  let isDue = false;
  const changed = (): void => {
    if (rest !== undefined) {
      isDue = true;
      return;
    }
    rest = setTimeout(() => {
      rest = undefined;
      if (!isDue) return;
      isDue = false;
      changed();
    }, restMs).unref();
    onChange();
  };
  const watchers = [places.state, places.running].map((file) => {
    mkdirSync(dirname(file), { recursive: true });
    // A folder that goes takes its watcher along.
    return watch(dirname(file), { persistent: false }, (_, name) => {
      if (name === null || name === basename(file)) changed();
    }).on('error', () => undefined);
  });
  const close = (): void => {
    clearTimeout(rest);
    for (const watcher of watchers) watcher.close();
  };
  signal.addEventListener('abort', close, { once: true });
}
