import { FlotillaError } from '../../core/error.ts';

export const blockSize = 512;

/**
 * An entry of a tar archive. Texts hold one byte per character (`latin1`), because names need not be UTF-8 and extended
 * attributes are not text at all.
 */
export interface TarEntry {
  readonly name: string;
  readonly type: EntryType;
  /** Bytes of content that follow; 0 for everything but files. */
  readonly size: number;
  /** Permission bits, with those of set-user-id and the like. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds, with a fraction when the archive has one. */
  readonly mtime: number;
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, string>;
}

export type EntryType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'folder' | 'fifo';

/** A header as it stands in its block; long names and the like come from blocks before it. */
export interface RawHeader extends Omit<TarEntry, 'type' | 'xattrs'> {
  readonly flag: string;
}

/** Reads the POSIX header (pax(1), "ustar Interchange Format") and what GNU tar made of it. */
export function parseHeader(block: Buffer, what: string): RawHeader {
  checkSum(block, what);
  const magic = block.toString('latin1', 257, 263);
  const isUstar = magic === 'ustar\0' || magic === 'ustar ';
  const prefix = magic === 'ustar\0' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const number = (offset: number, length: number, field: string) => {
    const value = parseNumber(block, offset, length);
    if (value === undefined) throw damaged(what, `the ${field} of ${JSON.stringify(name)} is no number`);
    return value;
  };
  const flag = block.toString('latin1', 156, 157);
  const isDevice = flag === '3' || flag === '4';
  return {
    flag,
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(100, 8, 'mode') & 0o7777,
    uid: number(108, 8, 'owner'),
    gid: number(116, 8, 'group'),
    size: number(124, 12, 'size'),
    mtime: number(136, 12, 'time'),
    linkName: text(block, 157, 100),
    major: isUstar && isDevice ? number(329, 8, 'device') : 0,
    minor: isUstar && isDevice ? number(337, 8, 'device') : 0,
  };
}

export function damaged(what: string, reason: string): FlotillaError {
  return new FlotillaError('image.corrupt', `${what} is damaged: ${reason}`, {
    hint: 'Nothing of it was used. Fetch it or make it anew.',
  });
}

/** Each byte is added up as if the sum itself were blanks; old programs took bytes for signed. */
function checkSum(block: Buffer, what: string): void {
  let unsigned = 8 * 32;
  let signed = unsigned;
  for (let index = 0; index < blockSize; index += 1) {
    if (index >= 148 && index < 156) continue;
    const byte = block[index] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = parseNumber(block, 148, 8);
  if (sum !== unsigned && sum !== signed) throw damaged(what, 'a header of the archive has a wrong checksum');
}

function text(block: Buffer, offset: number, length: number): string {
  const end = block.indexOf(0, offset);
  return block.toString('latin1', offset, end === -1 || end > offset + length ? offset + length : end);
}

/** Octal digits, or a binary number where the first bit is set (an extension of GNU's for what is large). */
function parseNumber(block: Buffer, offset: number, length: number): number | undefined {
  const first = block[offset] ?? 0;
  if ((first & 0x80) !== 0) return parseBinary(block, offset, length, first);
  const digits = block
    .toString('latin1', offset, offset + length)
    .replace(/\0.*$/s, '')
    .trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function parseBinary(block: Buffer, offset: number, length: number, first: number): number | undefined {
  const negative = (first & 0x40) !== 0;
  let value = negative ? first - 256 : first & 0x3f;
  for (let index = 1; index < length; index += 1) value = value * 256 + (block[offset + index] ?? 0);
  return Number.isSafeInteger(value) ? value : undefined;
}
