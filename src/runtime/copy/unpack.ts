import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { TarEntry } from '../tar/header.ts';
import { tarParser } from '../tar/parser.ts';
import { copyFailure } from './failure.ts';

/** Where an archive is unpacked. Paths in it are relative and have neither `..` nor `.`; the empty one is the ground itself. */
export interface Ground {
  /** For messages: the ground's own path. */
  readonly path: string;
  /**
   * Calls `work` with a path to a folder, by which nobody can be led elsewhere while it works. Throws ENOENT, ENOTDIR and
   * ELOOP as open does.
   */
  inFolder<T>(path: string, work: (folder: string) => T): T;
  /** Whom what is made belongs to; undefined: to whoever makes it. */
  ownerOf(entry: TarEntry): { readonly uid: number; readonly gid: number } | undefined;
  /** For a file that is a mount of its own, where the system does not say that it is busy; `source`: where it is, if not there. */
  mountedFile?(path: string): { readonly source?: string } | undefined;
  /** Makes a pipe or a device; absent: these are left out. */
  makeNode?(path: string, entry: TarEntry): void;
}

export interface UnpackRequest {
  readonly archive: AsyncIterable<Uint8Array>;
  /** For messages: `the archive from container "shop-web-1"`. */
  readonly what: string;
  readonly ground: Ground;
  /** Where an entry goes, by the parts of its name; the same for what hard links lead to. */
  readonly placeOf: (parts: readonly string[]) => readonly string[];
  /** Hears of pipes and devices where the ground makes none. */
  readonly onLeftOut: (path: string) => void;
}

/**
 * Unpacks a tar archive. What is there already is replaced, but never a folder by something else or the other way round.
 * Where links on the way lead is the ground's affair. Rejects with `run.copy`.
 */
export async function unpack({ archive, what, ground, placeOf, onLeftOut }: UnpackRequest): Promise<void> {
  const folders: { readonly path: string; readonly entry: TarEntry }[] = [];
  let open: OpenFile | undefined;
  const at = (path: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw copyFailure('write', `${ground.path === '/' ? '' : ground.path}/${path}`, error);
    }
  };
  const finish = (): void => {
    const file = open;
    open = undefined;
    if (file !== undefined) at(file.path, () => settle(ground, file));
  };
  const parser = tarParser(
    {
      entry(entry) {
        const path = placeOf(partsOf(entry.name, what)).join('/');
        if (path === '') return;
        at(path, () => {
          switch (entry.type) {
            case 'folder':
              makeFolder(ground, path, entry);
              folders.push({ path, entry });
              return;
            case 'file':
              open = openFile(ground, path, entry);
              return;
            case 'symlink':
              return put(ground, path, (temporary) => {
                symlinkSync(decoded(entry.linkName, what), temporary);
                dress(ground, temporary, entry);
              });
            case 'link': {
              const source = placeOf(partsOf(entry.linkName, what)).join('/');
              return ground.inFolder(folderOf(source), (from) =>
                put(ground, path, (temporary) => linkSync(`${from}/${nameOf(source)}`, temporary)),
              );
            }
            default: {
              const { makeNode } = ground;
              if (makeNode === undefined) return onLeftOut(path);
              return put(ground, path, (temporary) => {
                makeNode(temporary, entry);
                dress(ground, temporary, entry);
              });
            }
          }
        });
      },
      content(bytes) {
        const file = open;
        if (file !== undefined) at(file.path, () => writeAll(file.fd, bytes));
      },
      entryEnd: finish,
    },
    what,
  );
  try {
    for await (const piece of archive) parser.push(piece);
    parser.end();
    // A folder that may not be written into, or that is full, gets its mode and its time last.
    for (const { path, entry } of folders.reverse()) at(path, () => dressFolder(ground, path, entry));
  } finally {
    const left = open as OpenFile | undefined;
    if (left !== undefined) {
      closeSync(left.fd);
      ground.inFolder(folderOf(left.path), (folder) =>
        rmSync(`${folder}/${left.temporary}`, { force: true }),
      );
    }
  }
}

interface OpenFile {
  readonly path: string;
  readonly temporary: string;
  readonly fd: number;
  readonly entry: TarEntry;
}

function openFile(ground: Ground, path: string, entry: TarEntry): OpenFile {
  const temporary = temporaryName();
  const fd = inMadeFolder(ground, folderOf(path), (folder) => {
    refuseFolder(folder, path);
    return openSync(`${folder}/${temporary}`, createNew, 0o600);
  });
  return { path, temporary, fd, entry };
}

const createNew = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Owner, mode and time, in this order: each takes something of those before away. */
function settle(ground: Ground, { path, temporary, fd, entry }: OpenFile): void {
  try {
    const owner = ground.ownerOf(entry);
    if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
    // Who runs it would be another one than was meant.
    fchmodSync(fd, owner === undefined ? entry.mode & 0o1777 : entry.mode);
    futimesSync(fd, entry.mtime, entry.mtime);
    const mounted = ground.mountedFile?.(path);
    ground.inFolder(folderOf(path), (folder) =>
      replace(`${folder}/${temporary}`, { place: `${folder}/${nameOf(path)}`, mounted }, fd),
    );
  } catch (error) {
    ground.inFolder(folderOf(path), (folder) => rmSync(`${folder}/${temporary}`, { force: true }));
    throw error;
  } finally {
    closeSync(fd);
  }
}

interface Replaced {
  readonly place: string;
  readonly mounted: { readonly source?: string } | undefined;
}

/** A file that is a mount of its own cannot be replaced, only written anew. */
function replace(temporary: string, { place, mounted }: Replaced, fd: number): void {
  try {
    if (mounted === undefined) {
      renameSync(temporary, place);
      return;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
  const target = openSync(
    mounted?.source ?? place,
    constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW,
  );
  try {
    const buffer = Buffer.alloc(64 * 1024);
    for (let at = 0, read = -1; read !== 0; at += read) {
      read = readSync(fd, buffer, 0, buffer.length, at);
      writeAll(target, buffer.subarray(0, read));
    }
  } finally {
    closeSync(target);
  }
  rmSync(temporary, { force: true });
}

/** Makes something beside its place and moves it there. */
function put(ground: Ground, path: string, make: (temporary: string) => void): void {
  if (ground.mountedFile?.(path) !== undefined) {
    throw new FlotillaError('run.copy', `cannot replace ${quote(path)}: something is mounted there`);
  }
  inMadeFolder(ground, folderOf(path), (folder) => {
    refuseFolder(folder, path);
    const temporary = `${folder}/${temporaryName()}`;
    try {
      make(temporary);
      renameSync(temporary, `${folder}/${nameOf(path)}`);
    } finally {
      // Two names of one file do not replace one another.
      rmSync(temporary, { force: true });
    }
  });
}

function makeFolder(ground: Ground, path: string, entry: TarEntry): void {
  inMadeFolder(ground, folderOf(path), (folder) => {
    const place = `${folder}/${nameOf(path)}`;
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined) mkdirSync(place, { mode: 0o700 });
    else if (!found.isDirectory()) {
      throw new FlotillaError(
        'run.copy',
        `cannot put the folder ${quote(path)} in the place of what is none`,
      );
    }
    dress(ground, place, entry);
  });
}

function refuseFolder(folder: string, path: string): void {
  if (lstatSync(`${folder}/${nameOf(path)}`, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new FlotillaError('run.copy', `cannot put ${quote(path)}, which is no folder, in the place of one`);
  }
}

/** Folders that no entry speaks of are made as they come. */
function inMadeFolder<T>(ground: Ground, path: string, work: (folder: string) => T): T {
  try {
    return ground.inFolder(path, work);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === '') throw error;
    inMadeFolder(ground, folderOf(path), (folder) => {
      try {
        mkdirSync(`${folder}/${nameOf(path)}`, { mode: 0o755 });
      } catch (made) {
        // Somebody else was faster.
        if ((made as NodeJS.ErrnoException).code !== 'EEXIST') throw made;
      }
    });
    return ground.inFolder(path, work);
  }
}

/** What was just made, and nobody else can have changed into a link in a folder of his. */
function dress(ground: Ground, place: string, entry: TarEntry): void {
  const owner = ground.ownerOf(entry);
  if (owner !== undefined) lchownSync(place, owner.uid, owner.gid);
  if (entry.type === 'symlink') lutimesSync(place, entry.mtime, entry.mtime);
}

/** In the folder itself, so that no link can be in its place. */
function dressFolder(ground: Ground, path: string, entry: TarEntry): void {
  ground.inFolder(path, (folder) => {
    chmodSync(`${folder}/.`, entry.mode);
    utimesSync(`${folder}/.`, entry.mtime, entry.mtime);
  });
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/** `a/b` of `./a//b/`; refuses names that climb. */
function partsOf(name: string, what: string): readonly string[] {
  const parts = decoded(name, what)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unsafe(what, name, 'it leads out of the destination');
  return parts;
}

function decoded(bytes: string, what: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  if (text.includes('\0')) throw unsafe(what, bytes, 'it has a zero byte in it');
  if (Buffer.from(text).toString('latin1') !== bytes) throw unsafe(what, bytes, 'it is not UTF-8');
  return text;
}

function unsafe(what: string, name: string, reason: string): FlotillaError {
  return new FlotillaError('run.copy', `${what} has the name ${JSON.stringify(name)}: ${reason}`);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function temporaryName(): string {
  return `.flotilla-${randomBytes(6).toString('hex')}`;
}
