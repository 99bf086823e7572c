import type { Descriptor, PullProgress } from '../../../../images/index.ts';

export interface LayerProgress {
  readonly add: (bytes: number) => void;
  /** It comes from its beginning. */
  restart(): void;
  done(): void;
}

/** Steps that are worth telling: more often nobody can see it. */
const steps = 200;

/** Adds up what has arrived of all layers; a layer that was there already counts as arrived. */
export function layerProgress(
  layers: readonly Pick<Descriptor, 'size'>[],
  onProgress: ((progress: PullProgress) => void) | undefined,
): { of(index: number): LayerProgress } {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const arrived = layers.map(() => 0);
  const finished = layers.map(() => false);
  let told = 0;
  const tell = (isNews: boolean): void => {
    const current = arrived.reduce((sum, bytes) => sum + bytes, 0);
    if (!isNews && Math.abs(current - told) < total / steps) return;
    told = current;
    const done = finished.filter(Boolean).length;
    onProgress?.({ current, total, text: `${done} of ${layers.length} layers` });
  };
  return {
    of: (index) => ({
      add(bytes) {
        arrived[index] = (arrived[index] ?? 0) + bytes;
        tell(false);
      },
      restart() {
        arrived[index] = 0;
      },
      done() {
        arrived[index] = layers[index]?.size ?? 0;
        finished[index] = true;
        tell(true);
      },
    }),
  };
}
