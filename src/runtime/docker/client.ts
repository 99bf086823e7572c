import type { Duplex } from 'node:stream';
import { FlotillaError } from '../../core/error.ts';
import { type ApiVersion, formatApiVersion } from './api-version.ts';
import { lostError } from './connection-failure.ts';
import { refusalError } from './failure.ts';
import { exchange, type HttpReply } from './http.ts';
import type { Transport } from './transport.ts';

/** One call of the Engine API. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Built with `apiPath`, without the version. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly tar?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Completes `cannot …` in messages. */
  readonly task: string;
}

/** The Engine API, typed by its callers. Every method rejects with a FlotillaError or the signal's reason. */
export interface EngineClient {
  readonly api: ApiVersion;
  readonly endpoint: string;
  readonly address: 'local' | 'remote';
  /** Podman answers some calls in its own way. */
  readonly isPodman: boolean;
  /** The reply's JSON body; fields may be missing whatever `Reply` says is optional. */
  json<Reply>(call: Call, signal?: AbortSignal): Promise<Reply>;
  /** For calls whose reply's body says nothing. */
  send(call: Call, signal?: AbortSignal): Promise<void>;
  /** The headers of a reply that has no body; their names are in lower case. */
  head(call: Call, signal?: AbortSignal): Promise<HttpReply['headers']>;
  /** Resolves once the reply's headers are there. */
  stream(call: Call, signal?: AbortSignal): Promise<ByteStream>;
  /** The bare connection. */
  hijack(call: Call, signal?: AbortSignal): Promise<ByteStream & { readonly socket: Duplex }>;
  close(): void;
}

export interface ByteStream {
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Escapes what is put into an API path: apiPath`/containers/${id}/start`. */
export function apiPath(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts
    .map((part, index) => part + (values[index] ?? '').split('/').map(encodeURIComponent).join('/'))
    .join('');
}

export interface ClientOptions {
  readonly transport: Transport;
  readonly api: ApiVersion;
  readonly endpoint: string;
  readonly address: 'local' | 'remote';
  readonly isPodman: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export function createClient(options: ClientOptions): EngineClient {
  const { transport, api, endpoint, address, isPodman, headers } = options;

  async function open(call: Call, upgrade: boolean, signal?: AbortSignal): Promise<HttpReply> {
    const body = bodyOf(call);
    let reply: HttpReply;
    try {
      reply = await exchange(
        transport,
        {
          method: call.method,
          path: `/v${formatApiVersion(api)}${call.path}${queryOf(call.query)}`,
          headers: { ...headers, ...body?.headers, ...call.headers },
          ...(body === undefined ? {} : { body: body.bytes }),
          upgrade,
        },
        signal,
      );
    } catch (error) {
      throw failureOf(error, call, signal);
    }
    if (reply.status < 400) return reply;
    const text = await readText(reply.body, call, signal);
    throw refusalError({ status: reply.status, message: messageIn(text), task: call.task });
  }

  async function readText(
    chunks: AsyncIterable<Uint8Array>,
    call: Call,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const chunk of guarded(chunks, call, signal)) parts.push(chunk);
    return Buffer.concat(parts).toString('utf8');
  }

  async function* guarded(
    chunks: AsyncIterable<Uint8Array>,
    call: Call,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      throw failureOf(error, call, signal);
    }
  }

  function failureOf(error: unknown, call: Call, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason;
    return error instanceof FlotillaError ? error : lostError(error, endpoint, call.task);
  }

  const toStream = (reply: HttpReply, call: Call, signal?: AbortSignal): ByteStream => ({
    contentType: reply.headers['content-type'] ?? '',
    chunks: guarded(reply.body, call, signal),
  });

  return {
    api,
    endpoint,
    address,
    isPodman,
    async json<Reply>(call: Call, signal?: AbortSignal) {
      const reply = await open(call, false, signal);
      const text = await readText(reply.body, call, signal);
      return parseJson<Reply>(text, call);
    },
    async send(call, signal) {
      const reply = await open(call, false, signal);
      await readText(reply.body, call, signal);
    },
    async head(call, signal) {
      const reply = await open(call, false, signal);
      await readText(reply.body, call, signal);
      return reply.headers;
    },
    async stream(call, signal) {
      return toStream(await open(call, false, signal), call, signal);
    },
    async hijack(call, signal) {
      const reply = await open(call, true, signal);
      const { socket } = reply;
      if (socket === undefined) {
        throw new FlotillaError(
          'engine.not-an-engine',
          `cannot ${call.task}: ${endpoint} did not upgrade the connection`,
          {
            hint: 'A proxy between here and the engine must let HTTP upgrades through.',
          },
        );
      }
      return { ...toStream(reply, call, signal), socket };
    },
    close: () => transport.close(),
  };
}

function bodyOf(
  call: Call,
): { readonly bytes: Exclude<Call['tar'], undefined>; readonly headers: Record<string, string> } | undefined {
  if (call.tar !== undefined) return { bytes: call.tar, headers: { 'Content-Type': 'application/x-tar' } };
  if (call.json === undefined) return undefined;
  return { bytes: Buffer.from(JSON.stringify(call.json)), headers: { 'Content-Type': 'application/json' } };
}

function queryOf(query: Call['query']): string {
  const parts = Object.entries(query ?? {}).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    return [`${key}=${encodeURIComponent(text)}`];
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function parseJson<Reply>(text: string, call: Call): Reply {
  try {
    return JSON.parse(text) as Reply;
  } catch (error) {
    throw new FlotillaError('engine.not-an-engine', `cannot ${call.task}: the reply is not JSON`, {
      cause: error,
    });
  }
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text.slice(0, 1000);
  }
}
