import type { PullProgress } from '../../images/index.ts';

/** What an engine says of layers that are on their way. */
export interface LayerWords {
  readonly moving: string;
  /** All of it has arrived, and something is left to do. */
  readonly moved?: string;
  readonly done: RegExp;
  /** Not about a layer. */
  readonly passed?: RegExp;
}

interface LayerMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** What is known of each layer of a pull or push. */
export class Layers {
  readonly #layers = new Map<string, { current: number; total: number; done: boolean }>();
  readonly #words: LayerWords;

  constructor(words: LayerWords) {
    this.#words = words;
  }

  /** False when the message says nothing about a layer. */
  update({ id, status, progressDetail }: LayerMessage): boolean {
    const { moving, moved, done, passed } = this.#words;
    if (id === undefined || status === undefined || passed?.test(status) === true) return false;
    const layer = this.#layers.get(id) ?? { current: 0, total: 0, done: false };
    this.#layers.set(id, layer);
    if (status === moving) {
      layer.current = progressDetail?.current ?? layer.current;
      layer.total = Math.max(progressDetail?.total ?? 0, layer.total, layer.current);
    } else if (status === moved || done.test(status)) {
      layer.current = layer.total;
      layer.done = status !== moved;
    }
    return true;
  }

  progress(): PullProgress {
    let current = 0;
    let total = 0;
    let done = 0;
    for (const layer of this.#layers.values()) {
      current += layer.current;
      total += layer.total;
      if (layer.done) done += 1;
    }
    return { current, total, text: `${done} of ${this.#layers.size} layers` };
  }
}
