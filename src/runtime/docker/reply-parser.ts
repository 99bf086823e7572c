/** The head of an HTTP reply; the names of headers are in lower case. */
export interface ReplyHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ReplyListener {
  readonly head: (head: ReplyHead) => void;
  readonly data: (bytes: Uint8Array) => void;
  /** The reply is complete; `rest` came after it, `reusable` tells whether the connection may be asked again. */
  readonly end: (rest: Buffer, reusable: boolean) => void;
}

/**
 * Reads one HTTP/1.1 reply from the pieces in which it arrives, and tells the listener what it has read so far.
 *
 * head --(101, 204, 304 or length 0)--> done
 * head --(content-length)--> counted --> done
 * head --(chunked)--> size --> chunk --> size … --> trailer --> done
 * head --(neither)--> open, until the connection ends
 */
export interface ReplyParser {
  /** Throws an error with the code HPE_INVALID when it is no HTTP reply. */
  push(bytes: Buffer): void;
  /** The connection has ended; throws when the reply has not. */
  finish(): void;
  /** Whether any of the reply has come. */
  readonly hasBegun: boolean;
}

type State = 'head' | 'counted' | 'size' | 'chunk' | 'chunk-end' | 'trailer' | 'open' | 'done';

const headLimit = 256 * 1024;

/** A reply to HEAD has the headers of a body, and none. */
export function createReplyParser(
  listener: ReplyListener,
  { hasBody }: { readonly hasBody: boolean } = { hasBody: true },
): ReplyParser {
  let state: State = 'head';
  let pending: Buffer = Buffer.alloc(0);
  let missing = 0;
  let keepsAlive = false;
  let hasBegun = false;

  /** Up to and without the next line break; undefined while that has not come. */
  function takeLine(): string | undefined {
    const end = pending.indexOf('\r\n');
    if (end < 0) {
      if (pending.length > headLimit) throw invalid('a line has no end');
      return undefined;
    }
    const line = pending.toString('latin1', 0, end);
    pending = pending.subarray(end + 2);
    return line;
  }

  function takeHead(): State | undefined {
    const start = pending.toString('latin1', 0, 7);
    if (!'HTTP/1.'.startsWith(start)) throw invalid('it does not begin with HTTP/1');
    const end = pending.indexOf('\r\n\r\n');
    if (end < 0) {
      if (pending.length > headLimit) throw invalid('its head has no end');
      return undefined;
    }
    const head = parseHead(pending.toString('latin1', 0, end));
    pending = pending.subarray(end + 4);
    // An interim answer: the real one follows.
    if (head.status < 200 && head.status !== 101) return 'head';
    const { headers } = head;
    keepsAlive = head.keepsAlive;
    const next = bodyAfter(head.status, headers);
    listener.head({ status: head.status, headers });
    return next;
  }

  function bodyAfter(status: number, headers: ReplyHead['headers']): State {
    if (!hasBody || status === 101 || status === 204 || status === 304) return 'done';
    if (headers['transfer-encoding']?.toLowerCase().endsWith('chunked')) return 'size';
    const length = headers['content-length'];
    if (length === undefined) {
      keepsAlive = false;
      return 'open';
    }
    if (!/^\d+$/.test(length)) throw invalid('its length is not a number');
    missing = Number(length);
    return missing === 0 ? 'done' : 'counted';
  }

  function takeSize(): State | undefined {
    const line = takeLine();
    if (line === undefined) return undefined;
    const size = /^[0-9a-f]{1,12}(?=\s*(;|$))/i.exec(line)?.[0];
    if (size === undefined) throw invalid('a chunk has no size');
    missing = Number.parseInt(size, 16);
    return missing === 0 ? 'trailer' : 'chunk';
  }

  function takeData(next: State): State | undefined {
    if (pending.length === 0) return undefined;
    const data = pending.subarray(0, missing);
    pending = pending.subarray(data.length);
    missing -= data.length;
    listener.data(data);
    return missing === 0 ? next : undefined;
  }

  function takeChunkEnd(): State | undefined {
    const line = takeLine();
    if (line === undefined) return undefined;
    if (line !== '') throw invalid('a chunk is longer than its size');
    return 'size';
  }

  function takeTrailer(): State | undefined {
    const line = takeLine();
    if (line === undefined) return undefined;
    return line === '' ? 'done' : 'trailer';
  }

  /** The next state, or undefined when more bytes are needed. */
  function step(): State | undefined {
    switch (state) {
      case 'head':
        return takeHead();
      case 'counted':
        return takeData('done');
      case 'size':
        return takeSize();
      case 'chunk':
        return takeData('chunk-end');
      case 'chunk-end':
        return takeChunkEnd();
      case 'trailer':
        return takeTrailer();
      case 'open':
        missing = pending.length;
        takeData('open');
        return undefined;
      case 'done':
        return undefined;
    }
  }

  return {
    push(bytes) {
      hasBegun = true;
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      for (let next = step(); next !== undefined; next = step()) {
        state = next;
        if (next === 'done') listener.end(pending, keepsAlive && pending.length === 0);
      }
    },
    finish() {
      if (state === 'done') return;
      if (state !== 'open') throw hungUp();
      state = 'done';
      listener.end(pending, false);
    },
    get hasBegun() {
      return hasBegun;
    },
  };
}

function parseHead(text: string): ReplyHead & { readonly keepsAlive: boolean } {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (status === undefined) throw invalid('it has no status');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw invalid('a header has no name');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const connection = headers['connection']?.toLowerCase() ?? '';
  return {
    status: Number(status),
    headers,
    keepsAlive: minor === '1' ? connection !== 'close' : connection === 'keep-alive',
  };
}

function invalid(what: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no HTTP reply: ${what}`), { code: 'HPE_INVALID' });
}

/** What is said of a connection that ends where it must not. */
export function hungUp(): NodeJS.ErrnoException {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
