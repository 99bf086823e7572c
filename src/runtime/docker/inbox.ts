import type { Duplex } from 'node:stream';

/** What has arrived of a reply's body and is not read yet. A full one holds the connection up. */
export interface Inbox {
  put(bytes: Uint8Array): void;
  /** Nothing more will come; a reader who has taken everything meets the failure. */
  end(failure?: unknown): void;
  readonly hasEnded: boolean;
  /** The next piece; undefined at the end. */
  take(): Promise<Uint8Array | undefined>;
}

const limit = 256 * 1024;

export function createInbox(source: Duplex): Inbox {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let hasEnded = false;
  let failure: unknown;
  let wake = (): void => {};
  return {
    put(bytes) {
      pieces.push(bytes);
      size += bytes.length;
      if (size > limit) source.pause();
      wake();
    },
    end(reason) {
      hasEnded = true;
      failure = reason;
      wake();
    },
    get hasEnded() {
      return hasEnded;
    },
    async take() {
      while (pieces.length === 0 && !hasEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const piece = pieces.shift();
      if (piece === undefined) {
        if (failure !== undefined) throw failure;
        return undefined;
      }
      size -= piece.length;
      if (size === 0 && !hasEnded) source.resume();
      return piece;
    },
  };
}
