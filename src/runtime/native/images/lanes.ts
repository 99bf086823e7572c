import { linkedAbort } from '../../../core/linked-abort.ts';

/**
 * Does the same with each item, so many at a time; results are in the order of the items. The first failure aborts
 * the others, and is told when all have ended, so that nothing goes on behind the caller's back.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<readonly Result[]> {
  const stop = linkedAbort(signal);
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) {
      if (stop.signal.aborted) return;
      try {
        results[index] = await work(item, stop.signal);
      } catch (thrown) {
        failures.push(thrown);
        stop.abort(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  stop.dispose();
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
