import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Reads a file to which others append. */
export interface Reader {
  readonly inode: number;
  /** Whole lines that came since the last call. */
  lines(): readonly string[];
  /** The path leads to another file by now. */
  isReplaced(): boolean;
  close(): void;
}

/** Undefined when it is not there. */
export function openReader(path: string, from: 'beginning' | 'end'): Reader | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const { size, ino: inode } = fstatSync(fd);
  let offset = from === 'end' ? size : 0;
  let pending = '';
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(64 * 1024);
  return {
    inode,
    lines() {
      for (;;) {
        const count = readSync(fd, buffer, 0, buffer.length, offset);
        if (count === 0) break;
        offset += count;
        pending += decoder.write(buffer.subarray(0, count));
      }
      const parts = pending.split('\n');
      pending = parts.pop() ?? '';
      return parts;
    },
    isReplaced: () => {
      const now = statSync(path, { throwIfNoEntry: false });
      return now !== undefined && now.ino !== inode;
    },
    close: () => closeSync(fd),
  };
}
