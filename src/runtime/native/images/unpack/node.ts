import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  constants as fsConstants,
  futimesSync,
  lchownSync,
  lutimesSync,
  openSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import type { TarEntry } from '../../../tar/header.ts';
import type { Libc } from '../../system/libc.ts';
import { setAttributes } from './attributes.ts';
import { unsafe } from './path.ts';

/** Bytes where the name is not ASCII: Node would take its characters for Unicode. */
export type Place = string | Buffer;

export function placeOf(root: string, path: string): Place {
  const whole = `${root}/${path}`;
  return isAscii(path) ? whole : Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)]);
}

export interface OpenFile {
  readonly fd: number;
  readonly place: Place;
  readonly entry: TarEntry;
}

export function openFile(place: Place, entry: TarEntry): OpenFile {
  return { fd: openSync(place, createNew, 0o600), place, entry };
}

export function writeAll({ fd }: OpenFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/** A change of owner takes bits of the mode and capabilities away, and a write the time: hence the order. */
export function closeFile({ fd, place, entry }: OpenFile, libc: Libc, what: string): void {
  try {
    if (entry.uid !== 0 || entry.gid !== 0) fchownSync(fd, entry.uid, entry.gid);
    fchmodSync(fd, entry.mode);
    setAttributes(libc, place, entry, what);
    const time = timeOf(entry);
    futimesSync(fd, time, time);
  } finally {
    closeSync(fd);
  }
}

/** Owner, mode and attributes of a folder; its time has to wait until it is full. */
export function dressFolder(place: Place, entry: TarEntry, libc: Libc, what: string): void {
  lchownSync(place, entry.uid, entry.gid);
  chmodSync(place, entry.mode);
  setAttributes(libc, place, entry, what);
}

export function makeSymlink(place: Place, entry: TarEntry, libc: Libc, what: string): void {
  const { linkName } = entry;
  if (linkName === '' || linkName.includes('\0') || linkName.length > 4095)
    throw unsafe(what, entry.name, 'its link leads to an impossible path');
  symlinkSync(isAscii(linkName) ? linkName : bytesOf(linkName), place);
  lchownSync(place, entry.uid, entry.gid);
  setAttributes(libc, place, entry, what);
  const time = timeOf(entry);
  lutimesSync(place, time, time);
}

/**
 * Devices are made as docker makes them: only root gets at them through the store, which is closed to others, and a
 * container's device rules decide what it may use.
 */
export function makeNode(place: Place, entry: TarEntry, libc: Libc, what: string): void {
  const { type, major, minor, name } = entry;
  if (type !== 'fifo') {
    if (type === 'character' && major === 0 && minor === 0)
      throw unsafe(what, name, 'it is the device 0:0, which would hide a file of a lower layer');
    if (!(major >= 0 && major < 2 ** 12 && minor >= 0 && minor < 2 ** 20))
      throw unsafe(what, name, `there is no device ${major}:${minor}`);
  }
  makeBareNode(place, entry, libc);
  lchownSync(place, entry.uid, entry.gid);
  // Once more, for mknod follows the mask of this process.
  chmodSync(place, entry.mode);
  setAttributes(libc, place, entry, what);
  const time = timeOf(entry);
  lutimesSync(place, time, time);
}

/** Without owner and time, and with what the mask of this process leaves of the mode. */
export function makeBareNode(place: Place, { type, mode, major, minor }: TarEntry, libc: Libc): void {
  const kind =
    type === 'fifo' ? fsConstants.S_IFIFO : type === 'block' ? fsConstants.S_IFBLK : characterDevice;
  libc.mknod(place, kind | mode, type === 'fifo' ? 0 : deviceNumber(major, minor));
}

/** What overlayfs takes for a removed file. */
export function makeWhiteout(place: Place, libc: Libc): void {
  libc.mknod(place, characterDevice, 0);
}

export function markOpaque(place: Place, libc: Libc): void {
  libc.setxattr(place, 'trusted.overlay.opaque', Buffer.from('y'));
}

export function timeOf({ mtime }: TarEntry): number {
  return Math.min(Math.max(mtime, -(2 ** 31)), 2 ** 34 - 1);
}

const createNew = fsConstants.O_WRONLY | fsConstants.O_CREAT | fsConstants.O_EXCL | fsConstants.O_NOFOLLOW;
const characterDevice = fsConstants.S_IFCHR;

/** makedev(3) */
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
