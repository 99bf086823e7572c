import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../../../core/error.ts';
import { quote } from '../../../../core/text.ts';
import type { ImageInput } from '../../../image-verbs.ts';
import { packingOf, type UnpackTools, unpacked } from '../compression.ts';
import { archiveError } from '../failure.ts';
import { scanTar } from './scan.ts';

/** Files by their names: a tar archive on disk, or a folder. */
export interface Archive {
  /** For messages. */
  readonly what: string;
  /** Undefined when there is no such file. */
  find(name: string): Promise<ArchiveFile | undefined>;
}

export interface ArchiveFile {
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
}

export interface OpenArchiveOptions extends UnpackTools {
  /** A folder for what has to be unpacked or kept before it can be read. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an archive of images. One that is packed, or that comes as a stream, is written to disk first, for its list
 * of contents stands anywhere in it.
 */
export async function openArchive(input: ImageInput, options: OpenArchiveOptions): Promise<Archive> {
  if (input.kind === 'stream') return spooled(input.chunks, 'the archive on standard input', options);
  const what = quote(input.path);
  const found = await stat(input.path).catch((thrown: unknown) => {
    throw archiveError(what, messageOf(thrown));
  });
  if (found.isDirectory()) return folderArchive(input.path, what);
  if (!found.isFile()) return spooled(createReadStream(input.path), what, options);
  if (await isPacked(input.path)) return spooled(createReadStream(input.path), what, options);
  return tarArchive(input.path, what);
}

async function spooled(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  options: OpenArchiveOptions,
): Promise<Archive> {
  const path = `${options.scratch}/archive.tar`;
  const target = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const { signal } = options;
  try {
    await pipeline(unpacked(chunks, what, options), target, signal === undefined ? {} : { signal });
  } catch (thrown) {
    // A stream tells of an abort in its own words.
    signal?.throwIfAborted();
    throw thrown;
  }
  return tarArchive(path, what);
}

async function tarArchive(path: string, what: string): Promise<Archive> {
  const files = await scanTar(path, what);
  return {
    what,
    async find(name) {
      const file = files.get(name);
      if (file === undefined) return undefined;
      const { start, size } = file;
      return {
        size,
        read: () =>
          size === 0 ? nothing() : createReadStream(path, { start, end: start + size - 1, highWaterMark }),
      };
    },
  };
}

const highWaterMark = 256 * 1024;

function folderArchive(folder: string, what: string): Archive {
  return {
    what,
    async find(name) {
      if (name.startsWith('/') || name.split('/').includes('..')) return undefined;
      const path = `${folder}/${name}`;
      // A link would lead to files that are none of the image's.
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined || !found.isFile()) return undefined;
      return { size: found.size, read: () => createReadStream(path, { highWaterMark }) };
    },
  };
}

async function isPacked(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8);
    await file.read(head, 0, head.length, 0);
    return packingOf(head) !== undefined;
  } finally {
    await file.close();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
