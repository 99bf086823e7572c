/**
 * A queue with one writer side and one reader. It ends in one of three ways: closed (what was queued is read first),
 * failed (the same, then the reader gets the error), or left by its reader. An aborted signal fails it at once.
 */
export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  readonly #onEnd: (() => void)[] = [];
  readonly #signal: AbortSignal | undefined;
  #end: { readonly error?: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  /** `capacity`: how many items a writer may be ahead; `onEnd` is called once, whichever way it ends. */
  constructor(
    options: {
      readonly capacity?: number;
      readonly signal?: AbortSignal | undefined;
      readonly onEnd?: () => void;
    } = {},
  ) {
    this.#capacity = options.capacity ?? Number.POSITIVE_INFINITY;
    if (options.onEnd !== undefined) this.#onEnd.push(options.onEnd);
    this.#signal = options.signal;
    if (this.#signal?.aborted === true) this.#abort();
    else this.#signal?.addEventListener('abort', this.#abort);
  }

  /** Resolves when the reader has kept up, or reads no more. */
  async push(item: T): Promise<void> {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#wakeReader?.();
    while (this.#items.length >= this.#capacity && this.#end === undefined) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
  }

  /** Calls back once, when it ends; at once when it has ended. */
  whenEnded(tell: () => void): void {
    if (this.#end === undefined) this.#onEnd.push(tell);
    else tell();
  }

  close(): void {
    this.#finish({});
  }

  fail(error: unknown): void {
    this.#finish({ error });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const item = this.#items.shift();
        if (item !== undefined) {
          this.#releaseWriters();
          yield item;
        } else if (this.#end === undefined) {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        } else {
          if ('error' in this.#end) throw this.#end.error;
          return;
        }
      }
    } finally {
      this.#items.length = 0;
      this.#finish({});
    }
  }

  readonly #abort = (): void => {
    this.#items.length = 0;
    this.#finish({ error: this.#signal?.reason });
  };

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#wakeReader?.();
    this.#releaseWriters();
    for (const tell of this.#onEnd) tell();
  }

  #releaseWriters(): void {
    const writers = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const wake of writers) wake();
  }
}
