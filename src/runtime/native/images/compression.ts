import { pipeline, Readable } from 'node:stream';
import zlib, { type Gunzip } from 'node:zlib';
import { FlotillaError, messageOf } from '../../../core/error.ts';
import { openCommand } from '../../process.ts';
import { damaged } from '../../tar/header.ts';

type Packing = 'gzip' | 'zstd' | 'xz' | 'bzip2';

export interface UnpackTools {
  /** Of the programs that unpack what Node cannot. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Unpacks gzip, zstd, xz and bzip2, told by their first bytes; everything else comes out as it is. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  tools: UnpackTools,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    const head = await readHead(source);
    const packing = packingOf(head);
    const whole = prepended(head, source);
    if (packing === undefined) yield* whole;
    else yield* through(whole, packing, what, tools);
  } finally {
    await source.return?.();
  }
}

/** Longest of the marks below. */
const headSize = 6;

export function packingOf(head: Uint8Array): Packing | undefined {
  return (Object.keys(marks) as Packing[]).find((packing) =>
    marks[packing].every((byte, index) => head[index] === byte),
  );
}

const marks: Readonly<Record<Packing, readonly number[]>> = {
  gzip: [0x1f, 0x8b, 0x08],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  bzip2: [0x42, 0x5a, 0x68],
};

async function readHead(source: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < headSize) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepended(head: Buffer, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* through(
  chunks: AsyncIterable<Uint8Array>,
  packing: Packing,
  what: string,
  tools: UnpackTools,
): AsyncGenerator<Uint8Array> {
  let sourceFailure: unknown;
  const input = Readable.from(
    (async function* () {
      try {
        yield* chunks;
      } catch (thrown) {
        sourceFailure = thrown;
        throw thrown;
      }
    })(),
    { objectMode: false },
  );
  const decoder = await openDecoder(packing, what, tools);
  // Failures come out of the decoder's iteration.
  const output = pipeline(input, decoder, () => {});
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    if (sourceFailure !== undefined) throw sourceFailure;
    throw thrown instanceof FlotillaError
      ? thrown
      : damaged(what, `it is no proper ${packing}: ${messageOf(thrown)}`);
  } finally {
    input.destroy();
    decoder.destroy();
  }
}

const chunkSize = 256 * 1024;

async function openDecoder(
  packing: Packing,
  what: string,
  { environment }: UnpackTools,
): Promise<NodeJS.ReadWriteStream & { destroy(): unknown }> {
  if (packing === 'gzip') return zlib.createGunzip({ chunkSize });
  // Node has it from 22.15 on.
  const { createZstdDecompress } = zlib as unknown as {
    readonly createZstdDecompress?: (options: object) => Gunzip;
  };
  if (packing === 'zstd' && createZstdDecompress !== undefined) return createZstdDecompress({ chunkSize });
  try {
    return await openCommand([packing, '-d', '-c'], { environment });
  } catch (cause) {
    throw new FlotillaError(
      'engine.capability',
      `${what} is packed with ${packing}, and the program ${packing} is not there to unpack it`,
      {
        hint: `Install it: \`apt-get install ${packing === 'xz' ? 'xz-utils' : packing}\`, for example.`,
        cause,
      },
    );
  }
}
