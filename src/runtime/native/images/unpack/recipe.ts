import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/**
 * Writes down all of a layer's archive but the contents of its files, which are in the layer's folder anyway. With both,
 * the archive can be had again byte for byte, and no second copy has to be kept.
 *
 * A recipe is a gzip of pieces, each with a kind (one byte) and a length (four bytes, little-endian): bytes as they
 * are, or the path of a file whose content stands here.
 */
export interface RecipeWriter {
  raw(bytes: Uint8Array): void;
  file(path: string): void;
  /** Resolves when what was written has gone on. */
  flushed(): Promise<void>;
  end(): Promise<void>;
  abandon(): void;
}

const kinds = { raw: 0, file: 1 } as const;
const pieceSize = 256 * 1024;

export function writeRecipe(path: string): RecipeWriter {
  const gzip = createGzip({ level: 1 });
  const written = pipeline(gzip, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  // Whoever writes hears of it by `flushed` and `end`.
  written.catch(() => {});
  let raw: Buffer[] = [];
  let batch: Buffer[] = [];
  let batchSize = 0;
  let isFull = false;

  const add = (kind: number, body: Buffer): void => {
    const head = Buffer.alloc(5);
    head.writeUInt8(kind, 0);
    head.writeUInt32LE(body.length, 1);
    batch.push(head, body);
  };
  const endRaw = (): void => {
    if (raw.length > 0) add(kinds.raw, Buffer.concat(raw));
    raw = [];
  };
  /** Large pieces, for each is a turn of the thread that packs. */
  const passOn = (): void => {
    endRaw();
    isFull = !gzip.write(Buffer.concat(batch));
    batch = [];
    batchSize = 0;
  };
  return {
    raw(bytes) {
      raw.push(Buffer.from(bytes));
      batchSize += bytes.length;
      if (batchSize >= pieceSize) passOn();
    },
    file(filePath) {
      endRaw();
      add(kinds.file, Buffer.from(filePath, 'latin1'));
    },
    async flushed() {
      if (!isFull) return;
      isFull = false;
      await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), written]);
    },
    async end() {
      passOn();
      gzip.end();
      await written;
    },
    abandon() {
      gzip.destroy();
    },
  };
}

export type RecipePiece =
  | { readonly kind: 'raw'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly path: string };

export async function* readRecipe(path: string): AsyncGenerator<RecipePiece> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  const read = pipeline(file, gunzip);
  read.catch(() => {});
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32LE(1)) {
      const end = 5 + rest.readUInt32LE(1);
      const body = rest.subarray(5, end);
      yield rest[0] === kinds.file
        ? { kind: 'file', path: body.toString('latin1') }
        : { kind: 'raw', bytes: body };
      rest = rest.subarray(end);
    }
  }
  await read;
}
