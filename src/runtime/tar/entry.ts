import { attributePrefix } from './extended.ts';
import { blockSize, type EntryType, type TarEntry } from './header.ts';

/** An entry to be written; texts hold one byte per character, as those that are read. The time is in whole seconds. */
export type EntryToWrite = Omit<TarEntry, 'xattrs'> & Partial<Pick<TarEntry, 'xattrs'>>;

/** The header of an entry; long names and big numbers travel in PAX records before it. */
export function entryHeader(entry: EntryToWrite): Uint8Array {
  const records = Buffer.from(recordsOf(entry), 'latin1');
  const own = header(entry, flags[entry.type]);
  if (records.length === 0) return own;
  const before = header(
    { ...entry, name: 'PaxHeader', linkName: '', size: records.length, uid: 0, gid: 0 },
    'x',
  );
  const rest = Buffer.alloc((blockSize - (records.length % blockSize)) % blockSize);
  return Buffer.concat([before, records, rest, own]);
}

const flags: Readonly<Record<EntryType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  folder: '5',
  fifo: '6',
};

function header(entry: EntryToWrite, flag: string): Buffer {
  const bytes = Buffer.alloc(blockSize);
  const octal = (value: number, offset: number, digits: number) =>
    bytes.write(
      Math.min(Math.max(value, 0), 8 ** digits - 1)
        .toString(8)
        .padStart(digits, '0'),
      offset,
    );
  Buffer.from(entry.name, 'latin1').copy(bytes, 0, 0, 100);
  octal(entry.mode & 0o7777, 100, 7);
  octal(entry.uid, 108, 7);
  octal(entry.gid, 116, 7);
  octal(entry.size, 124, 11);
  octal(entry.mtime, 136, 11);
  Buffer.from(entry.linkName, 'latin1').copy(bytes, 157, 0, 100);
  bytes.write(`        ${flag}`, 148);
  bytes.write('ustar\u000000', 257);
  octal(entry.major, 329, 7);
  octal(entry.minor, 337, 7);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return bytes;
}

function recordsOf({ name, linkName, size, uid, gid, xattrs = new Map() }: EntryToWrite): string {
  const isPlain = (text: string) => text.length <= 100 && /^[ -~]*$/.test(text);
  const numbers = { uid, gid };
  return [
    isPlain(name) ? '' : record('path', name),
    isPlain(linkName) ? '' : record('linkpath', linkName),
    size < 8 ** 11 ? '' : record('size', String(size)),
    ...[...xattrs].map(([key, value]) => record(`${attributePrefix}${key}`, value)),
    ...Object.entries(numbers).map(([key, value]) => (value < 8 ** 7 ? '' : record(key, String(value)))),
  ].join('');
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`.length;
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${length} ${key}=${value}\n`;
}
