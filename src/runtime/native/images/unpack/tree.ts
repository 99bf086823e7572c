import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import type { TarEntry } from '../../../tar/header.ts';
import type { Libc } from '../../system/libc.ts';
import {
  closeFile,
  dressFolder,
  makeNode,
  makeSymlink,
  makeWhiteout,
  markOpaque,
  type OpenFile,
  openFile,
  placeOf,
  timeOf,
  writeAll,
} from './node.ts';
import { layerPath, unsafe } from './path.ts';

/** A layer's folder as it grows; paths are those of `layerPath`. */
export interface LayerTree {
  /** Makes what an entry says; a file is open for `write` until `close`. */
  place(path: string, entry: TarEntry): void;
  write(bytes: Uint8Array): void;
  close(): void;
  /** Marks a path of lower layers as removed. */
  hide(path: string, entry: TarEntry): void;
  /** Marks everything as removed that lower layers have in a folder. */
  clearBelow(folder: string, entry: TarEntry): void;
  /** Gives folders the times that they lost while they were filled. */
  finish(): void;
  /** Lets go of an open file, after a failure. */
  abandon(): void;
}

export interface LayerTreeOptions {
  /** An empty folder. */
  readonly root: string;
  readonly libc: Libc;
  /** For messages. */
  readonly what: string;
  /** Where a file goes that a later entry replaces; undefined when nobody needs it any more. */
  readonly refugeOf: (path: string) => string | undefined;
}

type Kind = 'file' | 'folder' | 'symlink' | 'node' | 'hidden';

/**
 * What stands where is known from the entries before, and not asked of the disk: so no link leads anywhere, and a
 * parent costs no system call.
 */
export function layerTree({ root, libc, what, refugeOf }: LayerTreeOptions): LayerTree {
  const kinds = new Map<string, Kind>([['', 'folder']]);
  const times = new Map<string, number>();
  let file: OpenFile | undefined;

  const at = (path: string) => placeOf(root, path);

  /** Makes a folder, and those above it, that the archive has left out. */
  const ensureFolder = (path: string, entry: TarEntry): void => {
    const kind = kinds.get(path);
    if (kind === 'folder') return;
    if (kind === 'symlink')
      throw unsafe(what, entry.name, `it lies below the link ${JSON.stringify(path)} of the same layer`);
    if (kind === 'file' || kind === 'node')
      throw unsafe(what, entry.name, `it lies below ${JSON.stringify(path)}, which is no folder`);
    makeFolder(path, entry);
    chmodSync(at(path), 0o755);
  };

  const makeFolder = (path: string, entry: TarEntry): void => {
    ensureFolder(parentOf(path), entry);
    const isBack = kinds.get(path) === 'hidden';
    clear(path, entry);
    mkdirSync(at(path), 0o700);
    kinds.set(path, 'folder');
    // The removal that it replaces still holds for what lower layers have inside.
    if (isBack) markOpaque(at(path), libc);
  };

  /** Takes away what stands in the way of an entry. */
  const clear = (path: string, entry: TarEntry): void => {
    const kind = kinds.get(path);
    if (kind === undefined) return;
    if (path === '') throw unsafe(what, entry.name, `it would replace the root by a ${entry.type}`);
    const refuge = kind === 'file' ? refugeOf(path) : undefined;
    if (refuge !== undefined) renameSync(at(path), refuge);
    else if (kind === 'folder') removeEmpty(path, entry);
    else unlinkSync(at(path));
    kinds.delete(path);
    times.delete(path);
  };

  const removeEmpty = (path: string, entry: TarEntry): void => {
    try {
      rmdirSync(at(path));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw thrown;
      throw unsafe(what, entry.name, 'it would replace a folder of the same layer that is not empty');
    }
  };

  const link = (path: string, entry: TarEntry): void => {
    const target = layerPath(entry.linkName, what);
    const kind = kinds.get(target);
    if (target === path) throw unsafe(what, entry.name, 'it is a hard link to itself');
    if (kind === undefined || kind === 'folder' || kind === 'hidden')
      throw unsafe(
        what,
        entry.name,
        `it is a hard link to ${JSON.stringify(entry.linkName)}, no file of the layer`,
      );
    clear(path, entry);
    linkSync(at(target), at(path));
    kinds.set(path, kind);
  };

  return {
    place(path, entry) {
      checkOwner(entry, what);
      if (entry.type === 'folder') {
        if (kinds.get(path) !== 'folder') makeFolder(path, entry);
        dressFolder(at(path), entry, libc, what);
        times.set(path, timeOf(entry));
        return;
      }
      ensureFolder(parentOf(path), entry);
      if (entry.type === 'link') return link(path, entry);
      clear(path, entry);
      switch (entry.type) {
        case 'file':
          file = openFile(at(path), entry);
          kinds.set(path, 'file');
          return;
        case 'symlink':
          makeSymlink(at(path), entry, libc, what);
          kinds.set(path, 'symlink');
          return;
        case 'character':
        case 'block':
        case 'fifo':
          makeNode(at(path), entry, libc, what);
          kinds.set(path, 'node');
          return;
      }
    },
    write(bytes) {
      if (file !== undefined) writeAll(file, bytes);
    },
    close() {
      const closing = file;
      file = undefined;
      if (closing !== undefined) closeFile(closing, libc, what);
    },
    hide(path, entry) {
      ensureFolder(parentOf(path), entry);
      const kind = kinds.get(path);
      if (kind === 'folder') markOpaque(at(path), libc);
      // It speaks of lower layers: what this layer has there stays.
      if (kind !== undefined) return;
      makeWhiteout(at(path), libc);
      kinds.set(path, 'hidden');
    },
    clearBelow(folder, entry) {
      ensureFolder(folder, entry);
      markOpaque(at(folder), libc);
    },
    finish() {
      for (const [path, time] of times) utimesSync(at(path), time, time);
    },
    abandon() {
      if (file !== undefined) closeSync(file.fd);
      file = undefined;
    },
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** The largest number means "nobody" to the kernel, which would leave the owner as it is. */
function checkOwner({ name, uid, gid }: TarEntry, what: string): void {
  for (const id of [uid, gid])
    if (!(id >= 0 && id < 2 ** 32 - 1)) throw unsafe(what, name, `there is no owner or group ${id}`);
}
