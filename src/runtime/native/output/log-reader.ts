import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isMissing } from '../system/read-json.ts';
import { type LogEntry, parseLogLine } from './log-line.ts';

/** Reads a log that grows. */
export interface LogReader {
  /** The next entries, at most a block of them; none at the present end. */
  next(): readonly LogEntry[];
  close(): void;
}

const blockSize = 256 * 1024;
const newline = 0x0a;

/** Begins at a byte of the file, which may not be there yet, or grow shorter when conmon begins a new one. */
export function openLog(path: string, offset: number): LogReader {
  let fd: number | undefined;
  let position = offset;
  let pending: Buffer = Buffer.alloc(0);
  const open = (): number | undefined => {
    try {
      return openSync(path, 'r');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const reopenWhenReplaced = (): void => {
    const fresh = open();
    if (fresh === undefined || fd === undefined) return;
    if (fstatSync(fresh).ino === fstatSync(fd).ino) {
      closeSync(fresh);
      return;
    }
    closeSync(fd);
    fd = fresh;
    position = 0;
    pending = Buffer.alloc(0);
  };
  const readBlock = (): Buffer => {
    fd ??= open();
    if (fd === undefined) return Buffer.alloc(0);
    const block = Buffer.allocUnsafe(blockSize);
    const count = readSync(fd, block, 0, blockSize, position);
    position += count;
    return block.subarray(0, count);
  };
  let last: { readonly written: string; readonly after: number } = { written: '', after: 0 };
  /** conmon gives all that it reads at once the same time; what came later gets a later one. */
  const inOrder = (entry: LogEntry): LogEntry => {
    last = { written: entry.time, after: entry.time === last.written ? last.after + 1 : 0 };
    return last.after === 0 ? entry : { ...entry, time: later(entry.time, last.after) };
  };
  return {
    next() {
      let block = readBlock();
      if (block.length === 0) {
        reopenWhenReplaced();
        block = readBlock();
      }
      if (block.length === 0) return [];
      const text = pending.length === 0 ? block : Buffer.concat([pending, block]);
      const entries: LogEntry[] = [];
      let begin = 0;
      for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, begin)) {
        const entry = parseLogLine(text.subarray(begin, end));
        if (entry !== undefined) entries.push(inOrder(entry));
        begin = end + 1;
      }
      pending = text.subarray(begin);
      // A block that is one long line has no whole entry yet; more of it is there to be read.
      return entries.length === 0 && begin === 0 ? this.next() : entries;
    },
    close() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function later(time: string, nanoseconds: number): string {
  const fraction = Number(time.slice(-10, -1)) + nanoseconds;
  return fraction > 999_999_999 ? time : `${time.slice(0, -10)}${String(fraction).padStart(9, '0')}Z`;
}

export function logSize(path: string): number {
  try {
    const fd = openSync(path, 'r');
    try {
      return fstatSync(fd).size;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
