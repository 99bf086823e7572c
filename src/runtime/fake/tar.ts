import { posix } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { FileSpec } from '../spec.ts';
import { tarParser } from '../tar/parser.ts';
import type { FakeFile } from './model/index.ts';

/**
 * A tar archive of a path, as the Engine API makes it: names begin with the last part of the path. `files` are the
 * path itself or what lies below it, by absolute path.
 */
function tarOf(path: string, files: ReadonlyMap<string, FakeFile>): readonly Uint8Array[] {
  const root = posix.join('/', path).replace(/(.)\/$/, '$1');
  const base = /(^|\/)\.$/.test(path) ? '.' : posix.basename(root);
  const named = [...files].map(
    ([full, file]) => [posix.join(base, posix.relative(root, full)), file] as const,
  );
  const folders = new Set(named.flatMap(([name]) => parentsOf(name)));
  const blocks = [...folders].sort().map((name) => header(`${name}/`, '5', folderEntry, 0));
  for (const [name, file] of named) {
    blocks.push(header(name, '0', file, file.content.length), file.content);
    blocks.push(Buffer.alloc((512 - (file.content.length % 512)) % 512));
  }
  return [...blocks, Buffer.alloc(1024)];
}

/** The archive as a stream; rejects when there is nothing at the path. */
export function archiveOf(
  path: string,
  files: ReadonlyMap<string, FakeFile>,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  if (files.size === 0)
    throw new FlotillaError('engine.request', `there is no ${quote(path)} in the container`);
  const blocks = tarOf(path, files);
  return (async function* () {
    for (const block of blocks) {
      signal?.throwIfAborted();
      yield block;
    }
  })();
}

/** The files of an archive, below a path; the fake engine knows folders by the files in them, and nothing else. */
export async function filesIn(
  path: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<readonly FileSpec[]> {
  const files: FileSpec[] = [];
  let pieces: Buffer[] = [];
  let finish = (): void => {};
  const parser = tarParser(
    {
      entry({ name, type, mode, uid, gid }) {
        pieces = [];
        const text = Buffer.from(name, 'latin1').toString();
        finish = () => {
          if (type !== 'file') return;
          files.push({ path: posix.join('/', path, text), content: Buffer.concat(pieces), mode, uid, gid });
        };
      },
      content: (bytes) => void pieces.push(Buffer.from(bytes)),
      entryEnd: () => finish(),
    },
    'the archive',
  );
  for await (const piece of archive) parser.push(piece);
  parser.end();
  return files;
}

const folderEntry = { mode: 0o755, uid: 0, gid: 0 };

function parentsOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

function header(
  name: string,
  type: '0' | '5',
  file: Pick<FakeFile, 'mode' | 'uid' | 'gid'>,
  size: number,
): Uint8Array {
  const block = Buffer.alloc(512);
  const [prefix, short] = splitName(name);
  const octal = (value: number, at: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  };
  block.write(short, 0);
  octal(file.mode, 100, 8);
  octal(file.uid, 108, 8);
  octal(file.gid, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(prefix, 345);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/** The format has room for 155 bytes of folders and 100 of the rest. */
function splitName(name: string): readonly [string, string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const at = name.lastIndexOf('/', name.length - 2);
  const [prefix, short] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1)];
  if (at > 0 && Buffer.byteLength(short) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, short];
  throw new FlotillaError(
    'engine.request',
    `the name ${quote(name)} is too long for an archive of the fake engine`,
  );
}
