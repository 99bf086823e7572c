import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { version } from '../../core/version.ts';
import { mayBePlain } from './address.ts';
import { unreachable } from './failure.ts';
import type { Fetch, FetchedResponse } from './fetch.ts';
import { patience } from './patience.ts';

export interface ExchangeOptions {
  readonly fetch: Fetch;
  /** Hosts, with their ports, that are spoken to by plain HTTP. */
  readonly insecureRegistries?: readonly string[];
  /** The longest silence of a server in milliseconds; 30 seconds unless given. */
  readonly timeoutMs?: number;
}

export interface Request {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form of a login, or a content, which is asked for anew with each try. */
  readonly body?: string | (() => AsyncIterable<Uint8Array>);
  /** Longest silence in milliseconds, where that is another one than usual. */
  readonly patienceMs?: number;
  /** For messages. */
  readonly registry: string;
}

export interface Answer extends Pick<FetchedResponse, 'status' | 'headers'> {
  /** Ends by itself, or with `discard`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The address that was asked gave it, and not one that it pointed to. */
  readonly isFirstHand: boolean;
  /** Lets go of a body that nobody wants to read. */
  discard(): Promise<void>;
}

const mostRedirects = 5;
const secretHeaders = ['authorization'];

/**
 * One request and its redirects. Credentials stay with the address they were meant for: a redirect to another one is
 * followed without them, and one from TLS to plain HTTP is not followed at all. Rejects with `image.registry` when
 * there is no answer, with the signal's reason when it aborts.
 */
export async function exchange(
  request: Request,
  { fetch, insecureRegistries = [], timeoutMs = 30_000 }: ExchangeOptions,
  signal?: AbortSignal,
): Promise<Answer> {
  signal?.throwIfAborted();
  const { registry, method = 'GET', body } = request;
  const first = new URL(request.url);
  const headers: Record<string, string> = { 'user-agent': `flotilla/${version}`, ...request.headers };
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const silence = patience(request.patienceMs ?? timeoutMs, signal);
    const ask = { method, headers, redirect: 'manual', signal: silence.signal } as const;
    const sent =
      typeof body === 'function'
        ? { body: silence.sending(body()), duplex: 'half' as const }
        : body === undefined
          ? {}
          : { body };
    const response = await fetch(url.href, { ...ask, ...sent }).catch((thrown) => {
      silence.end();
      signal?.throwIfAborted();
      throw unreachable(silence.signal.aborted ? silence.signal.reason : thrown, registry);
    });
    const next = redirectOf(response, url);
    const discard = async () => {
      silence.end();
      await response.body?.cancel?.();
    };
    if (next === undefined) {
      const { status, headers: answered, body: chunks } = response;
      if (chunks === null) silence.end();
      return {
        status,
        headers: answered,
        body: chunks === null ? nothing() : reported(silence.through(chunks), registry, signal),
        isFirstHand: url.origin === first.origin,
        discard,
      };
    }
    await discard();
    if (body !== undefined)
      throw refused(registry, `it redirects ${typeof body === 'string' ? 'a login' : 'what is sent to it'}`);
    if (next.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain(next, insecureRegistries)))
      throw refused(registry, `it redirects to ${quote(next.origin)}, which is not encrypted`);
    if (next.origin !== url.origin) for (const name of secretHeaders) delete headers[name];
    url = next;
  }
  throw refused(registry, 'it redirects without end');
}

function redirectOf({ status, headers }: FetchedResponse, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers.get('location');
  if (location === null || !URL.canParse(location, from.href)) return undefined;
  const url = new URL(location, from);
  url.username = '';
  url.password = '';
  return url;
}

/** A connection that breaks while the body arrives is told like one that does not come about. */
async function* reported(
  chunks: AsyncIterable<Uint8Array>,
  registry: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw unreachable(thrown, registry);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function refused(registry: string, reason: string): FlotillaError {
  return new FlotillaError('image.registry', `the registry ${quote(registry)} is not followed: ${reason}`, {
    hint: 'Ask who runs the registry; nothing secret was sent there.',
  });
}
