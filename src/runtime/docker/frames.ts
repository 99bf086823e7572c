import { FlotillaError } from '../../core/error.ts';
import type { OutputChunk } from '../driver.ts';

const headerSize = 8;

/**
 * Takes the engine's framing apart: one byte for the stream, three of nothing, four for the length, then the bytes.
 * Passes bytes on as they come, unless `whole` asks for a chunk per frame (the engine frames log lines singly).
 */
export async function* demultiplex(
  chunks: AsyncIterable<Uint8Array>,
  { whole }: { readonly whole: boolean },
): AsyncGenerator<OutputChunk> {
  let pending: Buffer = Buffer.alloc(0);
  let stream: OutputChunk['stream'] = 'stdout';
  let remaining = 0;
  for await (const chunk of chunks) {
    pending =
      pending.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([pending, chunk]);
    while (pending.length > 0) {
      if (remaining === 0) {
        if (pending.length < headerSize) break;
        stream = streamOf(pending);
        remaining = pending.readUInt32BE(4);
        pending = pending.subarray(headerSize);
        continue;
      }
      if (whole && pending.length < remaining) break;
      const data = pending.subarray(0, remaining);
      pending = pending.subarray(data.length);
      remaining -= data.length;
      yield { stream, data };
    }
  }
  if (remaining > 0 && pending.length > 0) yield { stream, data: pending };
}

function streamOf(header: Buffer): OutputChunk['stream'] {
  const type = header[0];
  if (type === 2) return 'stderr';
  // 3 is the engine's own complaint while it streams; it belongs where a person sees it.
  if (type === 3) return 'stderr';
  if (type === 0 || type === 1) return 'stdout';
  throw new FlotillaError(
    'engine.not-an-engine',
    `the engine's output stream is garbled: unknown frame type ${type}`,
  );
}
