import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { isMissing } from '../system/read-json.ts';
import { lastingPlaces } from './places.ts';

/** Runs what excludes other work on the same container. Rejects with `engine.request` when it is gone by then. */
export async function holdContainer<T>(
  { root, locks }: Pick<Engine, 'root' | 'locks'>,
  id: string,
  work: () => Promise<T> | T,
): Promise<T> {
  let begun = false;
  try {
    return await locks.hold(lastingPlaces(root, id).lock, () => {
      begun = true;
      return work();
    });
  } catch (error) {
    // The lock is in the container's folder, and goes with it.
    if (begun || !isMissing(error)) throw error;
    throw new FlotillaError('engine.request', `no such container: ${quote(id)}`);
  }
}
