import { fileBytes } from '../file-bytes.ts';
import type { FileSpec } from '../spec.ts';

const block = 512;

/** A tar archive of plain files, rooted at `/`. Long names and big numbers travel in PAX headers. */
export function tarOf(files: readonly FileSpec[], unixSeconds: number): Uint8Array {
  const parts: Buffer[] = [];
  for (const file of files) {
    const name = file.path.replace(/^\/+/, '');
    const content = fileBytes(file);
    const extra = paxRecords(name, file);
    if (extra.length > 0)
      parts.push(
        header('PaxHeader', extra.length, 'x', { ...file, uid: 0, gid: 0 }, unixSeconds),
        padded(extra),
      );
    parts.push(header(name, content.length, '0', file, unixSeconds), padded(content));
  }
  parts.push(Buffer.alloc(2 * block));
  return Buffer.concat(parts);
}

function header(name: string, size: number, type: string, file: FileSpec, unixSeconds: number): Buffer {
  const bytes = Buffer.alloc(block);
  Buffer.from(name, 'utf8').copy(bytes, 0, 0, 100);
  const octal = (value: number, offset: number, digits: number) =>
    bytes.write(
      Math.min(value, 8 ** digits - 1)
        .toString(8)
        .padStart(digits, '0'),
      offset,
    );
  octal(file.mode & 0o7777, 100, 7);
  octal(file.uid, 108, 7);
  octal(file.gid, 116, 7);
  octal(size, 124, 11);
  octal(unixSeconds, 136, 11);
  bytes.write(`        ${type}`, 148);
  bytes.write('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return bytes;
}

function paxRecords(name: string, { uid, gid }: FileSpec): Buffer {
  const records: string[] = [];
  if (Buffer.byteLength(name) > 100 || /[^ -~]/.test(name)) records.push(paxRecord('path', name));
  if (uid >= 8 ** 7) records.push(paxRecord('uid', String(uid)));
  if (gid >= 8 ** 7) records.push(paxRecord('gid', String(gid)));
  return Buffer.from(records.join(''), 'utf8');
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${length} ${key}=${value}\n`;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)]);
}
