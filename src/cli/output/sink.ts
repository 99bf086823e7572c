import type { Writable } from 'node:stream';

export interface Sink {
  /** Resolves when the stream takes more; a stream that was closed takes everything and keeps nothing. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything is with the reader: what a stream still holds when the process ends is lost. */
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
      if (stream.destroyed || stream.writableLength === 0) return;
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          stream.off('close', settle);
          resolve();
        };
        stream.on('close', settle);
        stream.write(nothing, settle);
      });
    },
  };
}

const nothing = new Uint8Array(0);

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
