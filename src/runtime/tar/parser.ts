import { isSparse, numberOf, parseRecords, xattrsOf } from './extended.ts';
import { blockSize, damaged, type EntryType, parseHeader, type RawHeader, type TarEntry } from './header.ts';

/** What a parser tells, in the order of the archive. Pieces of bytes are only valid during the call. */
export interface TarVisitor {
  entry(entry: TarEntry): void;
  /** A piece of the content of the last entry. */
  content(bytes: Buffer): void;
  /** The last entry's content is complete; also when it has none. */
  entryEnd(): void;
  /** Everything else that the archive consists of: headers, padding, its end. */
  frame?(bytes: Buffer): void;
}

export interface TarParser {
  push(chunk: Uint8Array): void;
  /** Passes over the rest of the entry's content, for who can seek; returns how many bytes that are. */
  skip(): number;
  /** The archive is over; throws when it ends in the middle of something. */
  end(): void;
}

type State =
  | { readonly at: 'header'; block: Buffer; filled: number }
  | { readonly at: 'extended'; readonly flag: string; body: Buffer; filled: number; readonly padding: number }
  | { readonly at: 'content'; left: number; readonly padding: number }
  | { readonly at: 'padding'; left: number }
  | { readonly at: 'after' };

/** More in the headers before one entry is no honest archive's. */
const largestExtended = 1024 * 1024;

/**
 * Takes a tar archive apart as its bytes come, without waiting for anything: POSIX with PAX headers, GNU's long names
 * and big numbers, and what older programs wrote. Global PAX headers say nothing about files and are passed over.
 *
 * header --file--> content --> padding --> header
 * header --x, g, L, K--> extended --> padding --> header
 * header --two empty blocks--> after
 */
export function tarParser(visitor: TarVisitor, what: string): TarParser {
  let state: State = header();
  let records: ReadonlyMap<string, string> | undefined;
  let longName: string | undefined;
  let longLink: string | undefined;
  let empty = 0;

  const takeHeader = (block: Buffer): State => {
    if (block.every((byte) => byte === 0)) {
      empty += 1;
      return empty === 2 ? { at: 'after' } : header();
    }
    if (empty > 0) throw damaged(what, 'the archive goes on behind an empty block');
    const raw = parseHeader(block, what);
    if (/^[xgLK]$/.test(raw.flag)) {
      if (raw.size > largestExtended || raw.size < 0)
        throw damaged(what, `an extended header of the archive has ${raw.size} bytes`);
      return {
        at: 'extended',
        flag: raw.flag,
        body: Buffer.alloc(raw.size),
        filled: 0,
        padding: paddingOf(raw.size),
      };
    }
    const entry = complete(raw, records ?? none, longName, longLink, what);
    records = undefined;
    longName = undefined;
    longLink = undefined;
    visitor.entry(entry);
    if (entry.size > 0) return { at: 'content', left: entry.size, padding: paddingOf(entry.size) };
    visitor.entryEnd();
    return header();
  };

  const takeExtended = (flag: string, body: Buffer): void => {
    if (flag === 'x') records = parseRecords(body, what);
    if (flag === 'L') longName = untilNul(body);
    if (flag === 'K') longLink = untilNul(body);
  };

  /** Takes what the state wants of the bytes; returns how many that were. */
  const step = (chunk: Buffer): number => {
    switch (state.at) {
      case 'header': {
        if (state.filled === 0 && chunk.length >= blockSize) {
          const block = chunk.subarray(0, blockSize);
          visitor.frame?.(block);
          state = takeHeader(block);
          return blockSize;
        }
        const taken = Math.min(chunk.length, blockSize - state.filled);
        chunk.copy(state.block, state.filled, 0, taken);
        state.filled += taken;
        if (state.filled === blockSize) {
          visitor.frame?.(state.block);
          state = takeHeader(state.block);
        }
        return taken;
      }
      case 'extended': {
        const taken = Math.min(chunk.length, state.body.length - state.filled);
        chunk.copy(state.body, state.filled, 0, taken);
        visitor.frame?.(chunk.subarray(0, taken));
        state.filled += taken;
        if (state.filled < state.body.length) return taken;
        takeExtended(state.flag, state.body);
        state = { at: 'padding', left: state.padding };
        return taken;
      }
      case 'content': {
        const taken = Math.min(chunk.length, state.left);
        visitor.content(chunk.subarray(0, taken));
        state.left -= taken;
        if (state.left > 0) return taken;
        visitor.entryEnd();
        state = { at: 'padding', left: state.padding };
        return taken;
      }
      case 'padding': {
        const taken = Math.min(chunk.length, state.left);
        if (taken > 0) visitor.frame?.(chunk.subarray(0, taken));
        state.left -= taken;
        if (state.left === 0) state = header();
        return taken;
      }
      case 'after':
        visitor.frame?.(chunk);
        return chunk.length;
    }
  };

  return {
    push(piece) {
      let chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      while (chunk.length > 0) chunk = chunk.subarray(step(chunk));
    },
    skip() {
      if (state.at !== 'content') return 0;
      const bytes = state.left + state.padding;
      visitor.entryEnd();
      state = header();
      return bytes;
    },
    end() {
      // Without the padding behind the last file the archive is complete all the same.
      const isBetween = state.at === 'after' || state.at === 'padding';
      const isFresh = state.at === 'header' && state.filled === 0;
      if (
        !(isBetween || isFresh) ||
        records !== undefined ||
        longName !== undefined ||
        longLink !== undefined
      )
        throw damaged(what, 'the archive ends in the middle of an entry');
    },
  };
}

const none: ReadonlyMap<string, string> = new Map();

function header(): State {
  return { at: 'header', block: Buffer.alloc(blockSize), filled: 0 };
}

function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

function complete(
  raw: RawHeader,
  records: ReadonlyMap<string, string>,
  longName: string | undefined,
  longLink: string | undefined,
  what: string,
): TarEntry {
  const name = records.get('path') || longName || raw.name;
  const type = typeOf(raw.flag, name);
  if (type === undefined || isSparse(records)) {
    const kind = raw.flag === 'S' || type !== undefined ? 'is written with holes' : 'is of an unknown kind';
    throw damaged(what, `${JSON.stringify(name)} ${kind} (${JSON.stringify(raw.flag)})`);
  }
  return {
    name,
    type,
    size: type === 'file' ? sizeOf(numberOf(records, 'size', what) ?? raw.size, name, what) : 0,
    mode: raw.mode,
    uid: numberOf(records, 'uid', what) ?? raw.uid,
    gid: numberOf(records, 'gid', what) ?? raw.gid,
    mtime: numberOf(records, 'mtime', what) ?? raw.mtime,
    linkName: records.get('linkpath') || longLink || raw.linkName,
    major: raw.major,
    minor: raw.minor,
    xattrs: records.size === 0 ? none : xattrsOf(records),
  };
}

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'folder',
  '6': 'fifo',
};

/** Before there was a flag for folders, their names ended in a slash. */
function typeOf(flag: string, name: string): EntryType | undefined {
  return flag === '\0' && name.endsWith('/') ? 'folder' : types[flag];
}

function sizeOf(size: number, name: string, what: string): number {
  if (size < 0) throw damaged(what, `${JSON.stringify(name)} has less than no bytes`);
  return size;
}

function untilNul(body: Buffer): string {
  const end = body.indexOf(0);
  return body.toString('latin1', 0, end === -1 ? body.length : end);
}
