import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import type { ContentFiles } from '../file-contents.ts';
import { limits } from '../limits.ts';
import type { SourceFiles } from '../load-options.ts';
import { systemCode } from './system-reason.ts';

/**
 * The files of this machine. `readStdin` serves the file name `-`; without it, that name is an error. It is called at
 * most once, however often `-` is named. Reading is synchronous underneath: Compose files are few and small, and the
 * thread pool of the asynchronous way would be a tenth of the start-up time of `flotilla config`.
 */
export function nodeFiles(readStdin?: () => Promise<string>): SourceFiles & ContentFiles {
  let stdin: Promise<string> | undefined;
  return {
    readText: async (path, kind = 'yaml') =>
      kind === 'plain' ? readBytes(path).toString('utf8') : decode(readBytes(path)),
    readBytes: async (path) => readBytes(path),
    kind: async (path) => {
      try {
        return statSync(path).isDirectory() ? 'directory' : 'file';
      } catch (error) {
        return systemCode(error) === 'ENOENT' ? 'missing' : 'file';
      }
    },
    list: async (directory) => readdirSync(directory),
    readStdin: () => {
      if (readStdin === undefined) return Promise.reject(new Error('there is no standard input to read'));
      stdin ??= readStdin();
      return stdin;
    },
  };
}

/** A character has at most three bytes for each of its UTF-16 units. */
const mostBytes = 3 * limits.fileLength;
const chunk = 64 * 1024;

/** Reads pipes and devices, too, but nothing without end. */
function readBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let total = 0; total <= mostBytes; ) {
      const part = Buffer.allocUnsafe(chunk);
      const read = readSync(file, part, 0, chunk, null);
      if (read === 0) return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      parts.push(part.subarray(0, read));
      total += read;
    }
  } finally {
    closeSync(file);
  }
  throw systemError('EFBIG', 'file too large');
}

/** UTF-8, or UTF-16 that says so at its beginning, as some editors on Windows save it. */
function decode(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe) return bytes.toString('utf16le');
  if (mark === 0xfeff)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  if (!isUtf8(bytes)) throw systemError('EILSEQ', 'it is not UTF-8 text');
  return bytes.toString('utf8');
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
