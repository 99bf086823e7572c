import type { Writable } from 'node:stream';

export interface Sink {
  /** Resolves when the stream takes more; a stream that was closed takes everything and keeps nothing. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when nobody waits any more. */
  drained(): Promise<void>;
}

/** A stream whose writers wait for its reader: all that wait at a time share one pair of listeners. */
export function createSink(stream: Writable): Sink {
  let draining: Promise<void> | undefined;
  return {
    async write(bytes) {
      if (stream.destroyed || stream.write(bytes)) return;
      draining ??= untilDrained(stream).finally(() => {
        draining = undefined;
      });
      await draining;
    },
    async drained() {
      await draining;
    },
  };
}

function untilDrained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle);
      stream.off('close', settle);
      resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}
