import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { type EntryToWrite, entryHeader } from '../tar/entry.ts';
import type { EntryType } from '../tar/header.ts';
import { archiveEnd, padding } from '../tar/write.ts';
import { copyFailure } from './failure.ts';

export interface PackRequest {
  /** Absolute; a link is packed as one. */
  readonly path: string;
  /** What it is called in the archive; `.` for a folder of which only the content counts, nothing to leave it out itself. */
  readonly name: string;
  /** What it is called in messages, if not by its path. */
  readonly shown?: string;
  /** Hears of what no archive can hold: sockets. */
  readonly onLeftOut: (path: string) => void;
  /** Where what is shown at a path really is, if not there; no link. */
  readonly elsewhere?: (shown: string) => string | undefined;
  /** Attributes of a file besides its mode, one byte per character. */
  readonly attributesOf?: (place: Uint8Array) => ReadonlyMap<string, string>;
  /** What a place in a layer says of the layers below it; see opencontainers/image-spec, layer.md, "Whiteouts". */
  readonly markOf?: (place: Uint8Array, found: Stats) => LayerMark | undefined;
  /** Whether of a folder, to which it gets a path, only the folder itself is packed. */
  readonly isEmpty?: (folder: string) => boolean;
}

/** `removed`: there is nothing any more. `opaque`: what lower layers have in this folder is not there any more. */
export type LayerMark = 'removed' | 'opaque';

/**
 * A tar archive of a file or folder of this machine, with owners, modes, times and links. No link is followed, whatever is
 * put in the place of a folder meanwhile; what is removed meanwhile is left out. Rejects with `run.copy`.
 */
export async function* packPath({
  path,
  name,
  shown: top = path,
  onLeftOut,
  elsewhere = () => undefined,
  attributesOf = () => new Map(),
  markOf = () => undefined,
  isEmpty = () => false,
}: PackRequest): AsyncGenerator<Uint8Array> {
  /** Files with several names, by what they are: each is packed once. */
  const packed = new Map<string, string>();

  /** Paths and names hold one byte per character, for they need not be text. */
  async function* pack(path: string, called: string, shown: string): AsyncGenerator<Uint8Array> {
    const other = elsewhere(shown);
    const place = Buffer.from(other === undefined ? path : bytes(other), 'latin1');
    const found = reading(shown, () => lstatSync(place));
    if (reading(shown, () => markOf(place, found)) === 'removed') {
      yield markerOf(called.replace(/[^/]*$/, `${whiteout}$&`));
      return;
    }
    const type = typeOf(found);
    if (type === undefined) {
      onLeftOut(shown);
      return;
    }
    const identity = `${found.dev}:${found.ino}`;
    const first = found.nlink > 1 && type === 'file' ? packed.get(identity) : undefined;
    if (first !== undefined) {
      yield headerOf(found, 'link', { name: called, linkName: first, size: 0 });
    } else if (type === 'file') {
      const xattrs = reading(shown, () => attributesOf(place));
      yield* file(place, { name: called, shown, xattrs });
      if (found.nlink > 1) packed.set(identity, called);
    } else if (type === 'folder') {
      yield* folder({ place, found }, called, shown);
    } else {
      const linkName = type === 'symlink' ? reading(shown, () => readlinkSync(place, 'latin1')) : '';
      yield headerOf(found, type, { name: called, linkName, size: 0 });
    }
  }

  async function* folder(
    { place, found }: { readonly place: Buffer; readonly found: Stats },
    called: string,
    shown: string,
  ): AsyncGenerator<Uint8Array> {
    const { at, close } = reading(shown, () => enter(place));
    try {
      const names = isEmpty(at) ? [] : reading(shown, () => readdirSync(Buffer.from(at, 'latin1'), 'latin1'));
      if (called !== '') yield headerOf(found, 'folder', { name: `${called}/`, linkName: '', size: 0 });
      if (reading(shown, () => markOf(place, found)) === 'opaque') {
        yield markerOf(`${called}/${whiteout}${whiteout}.opq`);
      }
      for (const each of names.sort()) {
        try {
          const name = called === '' ? each : `${called}/${each}`;
          yield* pack(`${at}/${each}`, name, `${shown === '/' ? '' : shown}/${text(each)}`);
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      }
    } finally {
      close();
    }
  }

  let breathed = performance.now();
  for await (const piece of pack(bytes(path), bytes(name), top)) {
    // All of it is read without waiting for anything: else no signal would be heard before the end.
    if (performance.now() - breathed > longestBreath) {
      await breathe();
      breathed = performance.now();
    }
    yield piece;
  }
  yield archiveEnd;
}

/**
 * A tar archive of files and folders of this machine, of folders without what is in them, each under a name of its own.
 * What is not there is left out.
 */
export async function* packEach(
  files: readonly Pick<PackRequest, 'path' | 'name'>[],
): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    try {
      for await (const piece of packPath({ ...file, onLeftOut: () => undefined, isEmpty: () => true })) {
        if (piece !== archiveEnd) yield piece;
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  yield archiveEnd;
}

/** A path of a folder by which it stays the same one, where the system has such paths. */
function enter(place: Buffer): { readonly at: string; readonly close: () => void } {
  const fd = openSync(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const at = `/proc/self/fd/${fd}`;
  if (existsSync(at)) return { at, close: () => closeSync(fd) };
  closeSync(fd);
  const path = place.toString('latin1');
  return { at: path === '/' ? '' : path, close: () => undefined };
}

/** In milliseconds. */
const longestBreath = 20;

const whiteout = '.wh.';

function markerOf(name: string): Uint8Array {
  const bare = { mode: 0, uid: 0, gid: 0, mtime: 0, linkName: '', major: 0, minor: 0 };
  return entryHeader({ ...bare, name, type: 'file', size: 0 });
}

interface NamedFile extends Required<Pick<EntryToWrite, 'name' | 'xattrs'>> {
  readonly shown: string;
}

function* file(place: Buffer, { name, shown, xattrs }: NamedFile): Generator<Uint8Array> {
  // A pipe in its place would be waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = reading(shown, () => openSync(place, flags));
  try {
    // It may have been replaced since it was looked at.
    const found = fstatSync(fd);
    if (!found.isFile()) return;
    const { size } = found;
    const header = headerOf(found, 'file', { name, linkName: '', size, xattrs });
    let before: readonly Uint8Array[] = [header];
    for (let at = 0; at < size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, size - at));
      const read = reading(shown, () => readSync(fd, buffer, 0, buffer.length, at));
      if (read === 0) throw shrunk(shown);
      at += read;
      // Most files are small: a piece for each.
      yield Buffer.concat([...before, buffer.subarray(0, read), ...(at < size ? [] : [padding(size)])]);
      before = [];
    }
    if (size === 0) yield header;
  } finally {
    closeSync(fd);
  }
}

const pieceSize = 256 * 1024;

function shrunk(path: string): FlotillaError {
  return new FlotillaError('run.copy', `${quote(path)} became shorter while it was read`);
}

function isGone(error: unknown): boolean {
  return (
    error instanceof FlotillaError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  );
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw copyFailure('read', path, error);
  }
}

function headerOf(
  { mode, uid, gid, mtimeMs, rdev }: Stats,
  type: EntryType,
  own: Pick<EntryToWrite, 'name' | 'linkName' | 'size' | 'xattrs'>,
): Uint8Array {
  const isDevice = type === 'character' || type === 'block';
  return entryHeader({
    ...own,
    type,
    mode,
    uid,
    gid,
    mtime: Math.floor(mtimeMs / 1000),
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

function text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
