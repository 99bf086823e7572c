import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inFolder } from './in-folder.ts';
import type { Libc } from './libc.ts';
import { isMissing } from './read-json.ts';

export interface FileToPut {
  /** Of the container, or of the volume. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface PutOptions {
  /** Nothing may lead out of the root; else links lead where they lead inside. */
  readonly beneath: boolean;
  /** The folder that a path is below, for those that are not below the same one. */
  readonly rootOf: (path: string) => { readonly root: string; readonly path: string };
}

/**
 * Puts a file in its place whole, with owner and mode; missing folders are made. Safe while programs run that can write
 * there: see `inFolder`.
 */
export function putFile(libc: Libc, options: PutOptions, file: FileToPut): void {
  makeFolder(libc, options, dirname(file.path));
  inFolder(libc, options.rootOf(dirname(file.path)), options, (folder) => {
    const target = join(folder, basename(file.path));
    const temporary = join(folder, `.flotilla-${randomBytes(6).toString('hex')}`);
    try {
      write(temporary, constants.O_CREAT | constants.O_EXCL, file);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      // A file that is a mount of its own cannot be replaced, only written anew.
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      write(target, constants.O_TRUNC | constants.O_NOFOLLOW, file);
    }
  });
}

function write(path: string, flags: number, { bytes, uid, gid, mode }: FileToPut): void {
  const fd = openSync(path, constants.O_WRONLY | flags, 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    if ((flags & constants.O_CREAT) === 0) return;
    // Another owner takes the bits of set-id away, so the mode comes last.
    fchownSync(fd, uid, gid);
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

function makeFolder(libc: Libc, options: PutOptions, path: string): void {
  try {
    inFolder(libc, options.rootOf(path), options, () => undefined);
  } catch (error) {
    if (!isMissing(error) || path === dirname(path)) throw error;
    makeFolder(libc, options, dirname(path));
    inFolder(libc, options.rootOf(dirname(path)), options, (folder) => {
      try {
        const made = join(folder, basename(path));
        mkdirSync(made);
        // Whatever this process keeps from others. Somebody inside may have put a link in its place just now.
        const fd = openSync(made, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
        fchmodSync(fd, 0o755);
        closeSync(fd);
      } catch (made) {
        // Somebody inside was faster.
        if ((made as NodeJS.ErrnoException).code !== 'EEXIST') throw made;
      }
    });
  }
}
