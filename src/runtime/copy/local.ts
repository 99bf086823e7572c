import { closeSync, constants, existsSync, lstatSync, openSync } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { TarEntry } from '../tar/header.ts';
import { copyFailure } from './failure.ts';
import type { Ground } from './unpack.ts';

export interface LocalSource {
  /** Absolute; what is to be packed. */
  readonly path: string;
  /** Its last name, as it was asked for. */
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is at a path of this machine; the last link on it is followed when it is asked for, or the path ends in a slash. */
export async function lookAtSource(path: string, followLinks: boolean): Promise<LocalSource> {
  const whole = resolve(path);
  const follows = followLinks || /(^|\/)\.?$/.test(path);
  try {
    const real = follows ? await realpath(whole) : join(await realpath(dirname(whole)), basename(whole));
    const found = await lstat(real);
    if (path.endsWith('/') && !found.isDirectory()) throw notFolder(real);
    return { path: real, name: basename(whole), isFolder: found.isDirectory() };
  } catch (error) {
    throw copyFailure('read', path, error);
  }
}

function notFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOTDIR: not a directory, '${path}'`), { code: 'ENOTDIR' });
}

export interface LocalDestination {
  /** Absolute, the last link followed; its folder is there. */
  readonly path: string;
  readonly found?: 'folder' | 'file';
}

export async function lookAtDestination(path: string): Promise<LocalDestination> {
  const slash = /\/\.?$/.exec(path)?.[0] ?? '';
  let place = resolve(path);
  // As many as the kernel follows.
  for (let links = 0; links < 40; links += 1) {
    const target = await linkAt(place);
    if (target === undefined) break;
    place = resolve(dirname(place), target);
  }
  const folder = dirname(place);
  if (!existsSync(folder)) {
    throw new FlotillaError(
      'run.copy',
      `invalid output path: directory ${JSON.stringify(folder)} does not exist`,
      { hint: 'Make it first.' },
    );
  }
  try {
    const found = await stat(place);
    if (found.isDirectory()) return { path: place, found: 'folder' };
    if (found.isFile()) return { path: place, found: 'file' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path: `${place}${slash}` };
    throw copyFailure('write', path, error);
  }
  throw new FlotillaError('run.copy', `${quote(path)} is neither a folder nor a file`, {
    hint: 'To have an archive on standard output, write -.',
  });
}

async function linkAt(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return undefined;
  }
}

/** A folder of this machine. Below it no link is followed: what a container says must not lead anywhere else. */
export function localGround(path: string, options: { readonly keepOwners: boolean }): Ground {
  return {
    path,
    inFolder: (below, work) => {
      const parts = below === '' ? [] : below.split('/');
      return hasDescriptors() ? byDescriptors(path, parts, work) : byNames(path, parts, work);
    },
    ownerOf: ({ uid, gid }: TarEntry) => (options.keepOwners ? { uid, gid } : undefined),
  };
}

function hasDescriptors(): boolean {
  return existsSync('/proc/self/fd');
}

/** Each folder is opened in the one above it, so that nobody can put a link in its place meanwhile. */
function byDescriptors<T>(path: string, parts: readonly string[], work: (folder: string) => T): T {
  let fd = openSync(path, folderFlags);
  try {
    for (const part of parts) {
      const next = openSync(`/proc/self/fd/${fd}/${part}`, folderFlags | constants.O_NOFOLLOW);
      closeSync(fd);
      fd = next;
    }
    return work(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY;

function byNames<T>(path: string, parts: readonly string[], work: (folder: string) => T): T {
  let folder = path;
  for (const part of parts) {
    folder = join(folder, part);
    if (!lstatSync(folder).isDirectory()) throw notFolder(folder);
  }
  return work(folder);
}
