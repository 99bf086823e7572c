import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PackedLayer } from '../store/index-file.ts';

/** Compresses an archive into a file. The same archive gives the same bytes with the same zlib. */
export async function packLayer(
  archive: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
): Promise<PackedLayer> {
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const file = createWriteStream(path, { mode: 0o600 });
  await pipeline(Readable.from(archive), createGzip(), measure, file, { signal });
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
