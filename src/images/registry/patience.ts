/** Gives up on a server that stays silent. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Passes the bytes on; each piece starts the wait anew, and the end of them ends it. */
  through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** The same for what is sent; the wait goes on after its end, for the answer. */
  sending(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** Takes the timer and the listener away. */
  end(): void;
}

/** Aborts with the caller's reason when that signal aborts, with a TimeoutError after so much silence. */
export function patience(milliseconds: number, caller: AbortSignal | undefined): Patience {
  const controller = new AbortController();
  const giveUp = () =>
    controller.abort(new DOMException(`no answer for ${milliseconds / 1000} seconds`, 'TimeoutError'));
  const follow = () => controller.abort(caller?.reason);
  let timer = setTimeout(giveUp, milliseconds);
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, milliseconds);
  };
  if (caller?.aborted) follow();
  else caller?.addEventListener('abort', follow, { once: true });
  const end = () => {
    clearTimeout(timer);
    caller?.removeEventListener('abort', follow);
  };
  return {
    signal: controller.signal,
    async *through(chunks) {
      try {
        for await (const chunk of chunks) {
          restart();
          yield chunk;
        }
      } finally {
        end();
      }
    },
    async *sending(chunks) {
      for await (const chunk of chunks) {
        restart();
        yield chunk;
      }
    },
    end,
  };
}
