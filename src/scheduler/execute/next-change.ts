import type { Clock } from '../../core/clock.ts';
import type { ContainerId } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { ContainerWatcher } from './watcher.ts';

/** Engines that leave out an event (Podman's health events, a broken stream) are asked again after this time. */
export const fallbackPollMs = 2000;

export interface Expected {
  readonly container: ContainerId;
  readonly generation: number;
  readonly atMostMs: number;
  /** Ends the wait too. */
  readonly sooner?: Promise<void> | undefined;
}

/** Resolves at the next event of a container, or after a while at the latest; rejects when aborted. */
export async function nextChange(
  { clock, watcher }: { readonly clock: Clock; readonly watcher: ContainerWatcher },
  { container, generation, atMostMs, sooner }: Expected,
  signal: AbortSignal,
): Promise<void> {
  const both = linkedAbort(signal);
  try {
    await Promise.race([
      watcher.changed(container, generation, both.signal),
      clock.sleep(atMostMs, both.signal),
      ...(sooner === undefined ? [] : [sooner]),
    ]);
  } finally {
    both.abort(new Error('the other one came first'));
  }
}
