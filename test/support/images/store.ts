import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImagesOptions, openImages } from '../../../src/runtime/native/images/index.ts';
import type { ImageStore } from '../../../src/runtime/native/parts.ts';
import { type Libc, loadLibc } from '../../../src/runtime/native/system/libc.ts';

export interface TestImages extends Disposable {
  readonly images: ImageStore;
  readonly folder: string;
  /** Another process would open it like this. */
  again(): ImageStore;
}

export const libc: Libc = await loadLibc();

/** A store of its own that goes with the test. */
export function testImages(options: Partial<ImagesOptions> = {}): TestImages {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-images-'));
  const again = () =>
    openImages({
      root: { lasting: join(folder, 'lib'), volatile: join(folder, 'run'), tag: '00000000' },
      libc,
      environment: process.env,
      architecture: 'x64',
      clock: { now: () => 1_700_000_000_000, sleep: async () => {} },
      registries: { mirrors: [], insecure: [] },
      ...options,
    });
  return {
    images: again(),
    folder,
    again,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A stream of these bytes, in pieces of odd sizes. */
export async function* pieces(content: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
}

export async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}
