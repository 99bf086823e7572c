import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { isMissing } from '../system/read-json.ts';
import { lastingPlaces } from './places.ts';

type Held = Pick<Engine, 'root' | 'locks'>;

/** Runs what excludes other work on the same container. Rejects with `engine.request` when it is gone by then. */
export async function holdContainer<T>(
  { root, locks }: Held,
  id: string,
  work: () => Promise<T> | T,
): Promise<T> {
  return await unlessGone(work, gone(id), (run) => locks.hold(lastingPlaces(root, id).lock, run));
}

/** The same, unless somebody else works on the container or it is gone: then nothing is done. */
export async function attemptContainer(
  { root, locks }: Held,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  await unlessGone<void>(
    work,
    () => undefined,
    async (run) => locks.attempt(lastingPlaces(root, id).lock, run),
  );
}

/** The lock is in the container's folder, and goes with it. */
async function unlessGone<T>(
  work: () => Promise<T> | T,
  otherwise: () => T,
  take: (run: () => Promise<T> | T) => Promise<T>,
): Promise<T> {
  let begun = false;
  try {
    return await take(() => {
      begun = true;
      return work();
    });
  } catch (error) {
    if (begun || !isMissing(error)) throw error;
    return otherwise();
  }
}

function gone(id: string): () => never {
  return () => {
    throw new FlotillaError('engine.request', `no such container: ${quote(id)}`);
  };
}
