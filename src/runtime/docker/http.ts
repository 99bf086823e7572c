import type { Duplex } from 'node:stream';
import { createInbox, type Inbox } from './inbox.ts';
import { createReplyParser, hungUp, type ReplyHead, type ReplyListener } from './reply-parser.ts';
import type { Connection, Transport } from './transport.ts';

export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With the query, escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In pieces when its length is not known; those are read once, so such a call is never made twice. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Ask for the bare connection (exec); the reply has `socket` when the engine agrees. */
  readonly upgrade?: boolean;
  /** Give up when the engine is silent for so long. */
  readonly silenceMs?: number;
}

export interface HttpReply extends ReplyHead {
  /** Arrives as it is read (back-pressure). Ends by throwing the signal's reason when aborted. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The bare connection after an upgrade; destroyed by an abort. */
  readonly socket?: Duplex;
}

/**
 * One request. Resolves when the reply's headers are there. Rejects with the signal's reason, or with the raw
 * system error. The abort listener goes when the body has arrived or the connection closes, so whoever takes a reply
 * must read it to its end or leave its iterator.
 */
export async function exchange(
  transport: Transport,
  call: HttpCall,
  signal?: AbortSignal,
): Promise<HttpReply> {
  signal?.throwIfAborted();
  const request = requestHead(transport, call);
  const kept = isInPieces(call.body) ? undefined : transport.takeKept();
  if (kept !== undefined) {
    try {
      return await ask(transport, kept, call, request, signal);
    } catch (error) {
      if (!(error instanceof UnheardRequest)) throw error;
      if (call.method === 'POST') throw error.cause;
    }
  }
  const opened = await transport.open();
  try {
    return await ask(transport, opened, call, request, signal);
  } catch (error) {
    throw error instanceof UnheardRequest ? error.cause : error;
  }
}

/** The connection broke before anything of a reply came. A kept one was closed already: asking again is safe. */
class UnheardRequest extends Error {}

function ask(
  transport: Transport,
  connection: Connection,
  call: HttpCall,
  request: string,
  signal: AbortSignal | undefined,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const inbox = createInbox(connection);
    let head: ReplyHead | undefined;
    let isSent = !isInPieces(call.body);
    const listener: ReplyListener = {
      head(parsed) {
        head = parsed;
        clearTimeout(silence);
        if (parsed.status !== 101) resolve({ ...parsed, body: bodyOf(inbox, leave, signal) });
      },
      data: inbox.put,
      end(rest, reusable) {
        detach();
        if (head?.status === 101) {
          resolve({ ...head, ...handOver(transport, connection, rest, signal) });
          return;
        }
        inbox.end();
        // An engine may answer before it has read everything.
        if (reusable && isSent) transport.keep(connection);
        else connection.destroy();
      },
    };
    const parser = createReplyParser(listener, { hasBody: call.method !== 'HEAD' });
    const fail = (error: unknown): void => {
      detach();
      connection.destroy();
      inbox.end(error);
      reject(isUnheard(error) && !parser.hasBegun ? new UnheardRequest('', { cause: error }) : error);
    };
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        fail(error);
      }
    };
    const leave = (): void => fail(new Error('nobody reads the reply any more'));
    const onAbort = (): void => fail(signal?.reason);
    const onData = (bytes: Buffer): void => attempt(() => parser.push(bytes));
    const onEnd = (): void => attempt(() => parser.finish());
    const onClose = (): void => fail(hungUp());
    const silence =
      call.silenceMs === undefined ? undefined : setTimeout(() => fail(timedOut()), call.silenceMs);
    const release = signal === undefined ? () => undefined : transport.aborts.onAbort(signal, onAbort);
    const detach = (): void => {
      clearTimeout(silence);
      release();
      connection.off('error', fail).off('data', onData).off('end', onEnd).off('close', onClose);
    };
    if (signal?.aborted || connection.destroyed) {
      fail(signal?.aborted ? signal.reason : hungUp());
      return;
    }
    connection.on('error', fail).on('data', onData).on('end', onEnd).on('close', onClose);
    connection.resume();
    connection.cork();
    connection.write(request, 'latin1');
    if (call.body !== undefined && !isInPieces(call.body)) connection.write(call.body);
    connection.uncork();
    if (isInPieces(call.body)) {
      sendPieces(connection, call.body).then(() => {
        isSent = true;
      }, fail);
    }
  });
}

function isInPieces(body: HttpCall['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** Ends early, and lets the source go, when the connection closes. */
async function sendPieces(connection: Connection, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of body) {
    if (connection.destroyed) return;
    if (piece.length === 0) continue;
    connection.cork();
    connection.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    connection.write(piece);
    const hasRoom = connection.write('\r\n', 'latin1');
    connection.uncork();
    if (!hasRoom) await drained(connection);
  }
  if (!connection.destroyed) connection.write('0\r\n\r\n', 'latin1');
}

function drained(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      connection.off('drain', done).off('close', done);
      resolve();
    };
    connection.on('drain', done).on('close', done);
  });
}

async function* bodyOf(
  inbox: Inbox,
  leave: () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const bytes = await inbox.take();
      if (signal?.aborted) throw signal.reason;
      if (bytes === undefined) return;
      yield bytes;
    }
  } finally {
    if (!inbox.hasEnded) leave();
  }
}

/** After an upgrade the connection is the caller's. */
function handOver(
  transport: Transport,
  connection: Connection,
  rest: Uint8Array,
  signal: AbortSignal | undefined,
): Required<Pick<HttpReply, 'body' | 'socket'>> {
  connection.pause();
  if (rest.length > 0) connection.unshift(rest);
  if (signal !== undefined) {
    const release = transport.aborts.onAbort(signal, () => void connection.destroy(asError(signal.reason)));
    connection.once('close', release);
  }
  return { body: readable(connection, signal), socket: connection };
}

async function* readable(stream: Duplex, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

function requestHead({ host, basePath }: Transport, call: HttpCall): string {
  const { body } = call;
  const length = isInPieces(body)
    ? undefined
    : (body?.byteLength ?? (call.method === 'POST' ? 0 : undefined));
  const headers = {
    Host: host,
    ...call.headers,
    ...(length === undefined ? {} : { 'Content-Length': String(length) }),
    ...(isInPieces(body) ? { 'Transfer-Encoding': 'chunked' } : {}),
    ...(call.upgrade ? { Connection: 'Upgrade', Upgrade: 'tcp' } : { Connection: 'keep-alive' }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const wrong = lines.find((line) => /[^\t\x20-\x7e\x80-\xff]/.test(line));
  if (wrong !== undefined) throw new Error(`HTTP cannot carry the header ${JSON.stringify(wrong)}`);
  return `${[`${call.method} ${basePath}${call.path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
}

function isUnheard(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function timedOut(): NodeJS.ErrnoException {
  return Object.assign(new Error('the engine did not answer in time'), { code: 'ETIMEDOUT' });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
