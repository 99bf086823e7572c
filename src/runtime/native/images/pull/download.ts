import { closeSync, createReadStream, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Clock } from '../../../../core/clock.ts';
import { FlotillaError } from '../../../../core/error.ts';
import type { Descriptor, ImageReference, Registry } from '../../../../images/index.ts';
import { verified } from '../../../../images/index.ts';
import type { Libc } from '../../system/libc.ts';

export interface DownloadOptions {
  readonly registry: Pick<Registry, 'open'>;
  readonly reference: ImageReference;
  readonly descriptor: Descriptor;
  /** For messages. */
  readonly what: string;
  /** The file that keeps what has arrived, so that another command can go on with it. */
  readonly partial: string;
  readonly libc: Libc;
  /** Called with each piece's size. */
  readonly onBytes: (bytes: number) => void;
  readonly clock: Clock;
}

/** What is smaller is fetched again faster than it is kept. */
const smallest = 1024 * 1024;

/**
 * A content as it arrives, with what an earlier try has left in front. A connection that is cut is taken up again where
 * it ended. Fails with `image.corrupt` when the whole is not what its digest stands for; then nothing is kept.
 */
export async function* download(options: DownloadOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { descriptor, what, partial, libc, onBytes } = options;
  const file = descriptor.size < smallest ? undefined : openPartial(partial, libc);
  // Who stops reading without having to has found that the bytes are no good.
  let isUseless = true;
  try {
    const arriving = resumed(options, file, signal);
    for await (const chunk of verified(arriving, descriptor, what)) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (thrown) {
    isUseless = thrown instanceof FlotillaError && thrown.code === 'image.corrupt';
    throw thrown;
  } finally {
    if (file !== undefined) {
      if ((isUseless && !signal.aborted) || fstatSync(file).size === 0) rmSync(partial, { force: true });
      closeSync(file);
    }
  }
}

/** Undefined when another process fetches the same just now: then nothing is kept of this one. */
function openPartial(path: string, libc: Libc): number | undefined {
  const file = openSync(path, 'a+', 0o600);
  if (libc.tryFlock(file)) return file;
  closeSync(file);
  return undefined;
}

/** Tries in a row that bring next to nothing. */
const mostTries = 5;
const worthwhile = 256 * 1024;

async function* resumed(
  { registry, reference, descriptor, partial, clock }: DownloadOptions,
  file: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let position = 0;
  const kept = file === undefined ? 0 : fstatSync(file).size;
  if (kept > 0 && kept <= descriptor.size) {
    for await (const chunk of createReadStream(partial)) {
      position += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  }
  for (let tries = 1; position < descriptor.size; tries += 1) {
    const before = position;
    try {
      for await (const chunk of await registry.open(reference, descriptor, position, signal)) {
        position += chunk.length;
        if (file !== undefined && position <= descriptor.size) writeSync(file, chunk);
        yield chunk;
      }
      // Too little without a failure is a cut all the same; the check of the whole tells of too much.
      if (position >= descriptor.size) return;
      if (tries >= mostTries) return;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof FlotillaError && thrown.retryable) || tries >= mostTries) throw thrown;
    }
    if (position - before >= worthwhile) tries = 0;
    else if (tries > 1) await clock.sleep(250 * 2 ** tries, signal);
  }
}
