import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { entryHeader } from '../tar/entry.ts';
import type { EntryType } from '../tar/header.ts';
import { archiveEnd, padding } from '../tar/write.ts';
import { copyFailure } from './failure.ts';

export interface PackRequest {
  /** Absolute; a link is packed as one. */
  readonly path: string;
  /** What it is called in the archive; `.` for a folder of which only the content counts. */
  readonly name: string;
  /** Hears of what no archive can hold: sockets. */
  readonly onLeftOut: (path: string) => void;
}

/** A tar archive of a file or folder of this machine, with owners, modes, times and links. Rejects with `run.copy`. */
export async function* packPath({ path, name, onLeftOut }: PackRequest): AsyncGenerator<Uint8Array> {
  /** Files with several names, by what they are: each is packed once. */
  const packed = new Map<string, string>();

  async function* pack(place: string, called: string): AsyncGenerator<Uint8Array> {
    const found = await reading(place, () => lstat(place));
    const type = typeOf(found);
    if (type === undefined) {
      onLeftOut(place);
      return;
    }
    const identity = `${found.dev}:${found.ino}`;
    const first = found.nlink > 1 && type === 'file' ? packed.get(identity) : undefined;
    if (first !== undefined) {
      yield headerOf(found, 'link', { name: called, linkName: first, size: 0 });
      return;
    }
    if (type === 'file') {
      if (found.nlink > 1) packed.set(identity, called);
      yield* file(place, called);
      return;
    }
    const linkName = type === 'symlink' ? await reading(place, () => readlink(place)) : '';
    yield headerOf(found, type, { name: type === 'folder' ? `${called}/` : called, linkName, size: 0 });
    if (type !== 'folder') return;
    const names = await reading(place, () => readdir(place));
    for (const each of names.sort())
      yield* pack(`${place === '/' ? '' : place}/${each}`, `${called}/${each}`);
  }

  yield* pack(path, name);
  yield archiveEnd;
}

async function* file(place: string, name: string): AsyncGenerator<Uint8Array> {
  const handle = await reading(place, () => open(place, constants.O_RDONLY | constants.O_NOFOLLOW));
  try {
    // It may have been replaced since it was looked at.
    const found = await handle.stat();
    yield headerOf(found, 'file', { name, linkName: '', size: found.size });
    for (let at = 0; at < found.size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, found.size - at));
      const { bytesRead } = await reading(place, () => handle.read(buffer, 0, buffer.length, at));
      if (bytesRead === 0) throw shrunk(place);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
    yield padding(found.size);
  } finally {
    await handle.close();
  }
}

const pieceSize = 256 * 1024;

function shrunk(path: string): FlotillaError {
  return new FlotillaError('run.copy', `${quote(path)} became shorter while it was read`);
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw copyFailure('read', path, error);
  }
}

function headerOf(
  { mode, uid, gid, mtimeMs, rdev }: Stats,
  type: EntryType,
  { name, linkName, size }: { readonly name: string; readonly linkName: string; readonly size: number },
): Uint8Array {
  const isDevice = type === 'character' || type === 'block';
  return entryHeader({
    name: bytes(name),
    type,
    size,
    mode,
    uid,
    gid,
    mtime: Math.floor(mtimeMs / 1000),
    linkName: bytes(linkName),
    major: isDevice ? major(rdev) : 0,
    minor: isDevice ? minor(rdev) : 0,
  });
}

/** Undefined for sockets. */
function typeOf(found: Stats): EntryType | undefined {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return 'symlink';
  if (found.isFIFO()) return 'fifo';
  if (found.isCharacterDevice()) return 'character';
  return found.isBlockDevice() ? 'block' : undefined;
}

/** gnu_dev_major(3), for the numbers that occur */
function major(device: number): number {
  return (device >>> 8) & 0xfff;
}

function minor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}

/** One byte per character, as archives are written. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
