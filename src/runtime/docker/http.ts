import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Transport } from './transport.ts';

export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With the query, escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Ask for the bare connection (exec); the reply has `socket` when the engine agrees. */
  readonly upgrade?: boolean;
  /** Give up when the engine is silent for so long. */
  readonly silenceMs?: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Arrives as it is read (back-pressure). Ends by throwing the signal's reason when aborted. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The bare connection after an upgrade; destroyed by an abort. */
  readonly socket?: Duplex;
}

/**
 * One request. Resolves when the reply's headers are there. Rejects with the signal's reason, or with the raw
 * system error. The abort listener goes when the body or the socket closes, so whoever takes a reply must read it
 * to its end or leave its iterator.
 */
export async function exchange(
  transport: Transport,
  call: HttpCall,
  signal?: AbortSignal,
): Promise<HttpReply> {
  try {
    return await exchangeOnce(transport, call, signal);
  } catch (error) {
    if (error instanceof StaleConnection && !signal?.aborted)
      return await exchangeOnce(transport, call, signal);
    throw error instanceof StaleConnection ? error.cause : error;
  }
}

/** A kept connection turned out to be closed before the engine saw the request: asking again is safe. */
class StaleConnection extends Error {}

function exchangeOnce(transport: Transport, call: HttpCall, signal?: AbortSignal): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const sent = request({
      ...transport.request,
      method: call.method,
      path: `${transport.basePath}${call.path}`,
      headers: headersOf(call),
    });
    let stop = (reason: unknown): void => void sent.destroy(asError(reason));
    const onAbort = (): void => stop(signal?.reason);
    const silence =
      call.silenceMs === undefined ? undefined : setTimeout(() => sent.destroy(timedOut()), call.silenceMs);
    const release = signal === undefined ? () => undefined : transport.aborts.onAbort(signal, onAbort);

    sent.on('error', (error) => {
      clearTimeout(silence);
      release();
      if (signal?.aborted) reject(signal.reason);
      else reject(isStale(sent, call, error) ? new StaleConnection('', { cause: error }) : error);
    });
    sent.once('response', (response: IncomingMessage) => {
      clearTimeout(silence);
      stop = (reason) => response.destroy(asError(reason));
      // An error before anyone reads is kept by the stream and thrown to its reader.
      response.on('error', () => undefined);
      response.once('close', release);
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, headers, body: readable(response, signal, release) });
    });
    sent.once('upgrade', (response: IncomingMessage, socket: Duplex, head: Buffer) => {
      clearTimeout(silence);
      if (head.length > 0) socket.unshift(head);
      stop = (reason) => socket.destroy(asError(reason));
      socket.on('error', () => undefined);
      socket.once('close', release);
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, headers, body: readable(socket, signal, release), socket });
    });
    sent.end(call.body);
  });
}

async function* readable(
  stream: IncomingMessage | Duplex,
  signal: AbortSignal | undefined,
  release: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    release();
  }
}

function headersOf(call: HttpCall): Record<string, string> {
  return {
    ...call.headers,
    ...(call.body === undefined ? {} : { 'Content-Length': String(call.body.byteLength) }),
    ...(call.body === undefined && call.method === 'POST' ? { 'Content-Length': '0' } : {}),
    ...(call.upgrade ? { Connection: 'Upgrade', Upgrade: 'tcp' } : {}),
  };
}

function isStale(sent: ClientRequest, call: HttpCall, error: NodeJS.ErrnoException): boolean {
  if (!sent.reusedSocket || call.method === 'POST') return false;
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}

function timedOut(): NodeJS.ErrnoException {
  return Object.assign(new Error('the engine did not answer in time'), { code: 'ETIMEDOUT' });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
