import { mkdirSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Places } from './state.ts';

/** Calls back after each change of the books, also of other processes, until it is aborted. Keeps no process alive. */
export function watchBooks(places: Places, onChange: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const watchers = [places.state, places.running].map((file) => {
    mkdirSync(dirname(file), { recursive: true });
    // A folder that goes takes its watcher along.
    return watch(dirname(file), { persistent: false }, onChange).on('error', () => undefined);
  });
  const close = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  signal.addEventListener('abort', close, { once: true });
}
