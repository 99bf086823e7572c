import { FlotillaError } from '../../core/error.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { Channel } from '../channel.ts';

/** Whether the engine can be reached, and what ends when it no longer can. */
export class Connection {
  #lost = linkedAbort();
  #isDead = false;
  readonly #streams = new Set<Channel<never>>();

  /** Aborts with `engine.lost` when the engine goes away. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  assertAlive(): void {
    if (!this.#isDead) return;
    throw new FlotillaError('engine.refused', 'the fake engine does not answer', {
      hint: 'It was killed by the test; `revive` brings it back.',
    });
  }

  /** Lets a stream fail with the engine. */
  track<T>(stream: Channel<T>): Channel<T> {
    this.#streams.add(stream as Channel<never>);
    stream.whenEnded(() => this.#streams.delete(stream as Channel<never>));
    return stream;
  }

  lose(): void {
    const error = new FlotillaError('engine.lost', 'the connection to the fake engine was lost');
    this.#isDead = true;
    this.#lost.abort(error);
    for (const stream of [...this.#streams]) stream.fail(error);
    this.#streams.clear();
  }

  restore(): void {
    this.#lost = linkedAbort();
    this.#isDead = false;
  }
}
