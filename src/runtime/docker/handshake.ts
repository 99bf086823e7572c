import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { type EngineAddress, formatAddress } from './address.ts';
import {
  type ApiVersion,
  formatApiVersion,
  newestApiVersion,
  oldestApiVersion,
  parseApiVersion,
} from './api-version.ts';
import { exchange } from './http.ts';
import type { Transport } from './transport.ts';

export interface Greeting {
  readonly api: ApiVersion;
  readonly isPodman: boolean;
}

const patienceMs = 30_000;

/**
 * The first contact: one `/_ping`, whose headers tell the newest API version the engine speaks.
 * Rejects with a FlotillaError when it answers wrongly, with the system's error when it does not answer.
 */
export async function greet(
  transport: Transport,
  address: EngineAddress,
  options: { readonly headers: Readonly<Record<string, string>>; readonly forced?: string },
  signal?: AbortSignal,
): Promise<Greeting> {
  const place = formatAddress(address);
  const reply = await exchange(
    transport,
    { method: 'GET', path: '/_ping', headers: options.headers, silenceMs: patienceMs },
    signal,
  );
  let text = '';
  for await (const chunk of reply.body) text += Buffer.from(chunk).toString('latin1');
  const header = reply.headers['api-version'];
  const offered = typeof header === 'string' ? parseApiVersion(header) : undefined;
  if (offered === undefined) throw notAnEngine(place, reply.status, text);
  return {
    api: negotiate(place, offered, options.forced),
    isPodman: reply.headers['libpod-api-version'] !== undefined,
  };
}

function negotiate(place: string, offered: ApiVersion, forced: string | undefined): ApiVersion {
  if (forced) {
    const version = parseApiVersion(forced);
    if (version === undefined || version < oldestApiVersion) {
      throw new FlotillaError(
        'engine.too-old',
        `DOCKER_API_VERSION is ${quote(forced)}, but Flotilla needs ${formatApiVersion(oldestApiVersion)} or newer`,
        { hint: 'Unset DOCKER_API_VERSION: the version is negotiated without it.' },
      );
    }
    return version;
  }
  if (offered < oldestApiVersion) {
    throw new FlotillaError(
      'engine.too-old',
      `the engine at ${place} speaks API ${formatApiVersion(offered)}; Flotilla needs ${formatApiVersion(oldestApiVersion)} or newer`,
      { hint: 'Update it to Docker Engine 20.10 or newer.' },
    );
  }
  return Math.min(offered, newestApiVersion);
}

function notAnEngine(place: string, status: number, text: string): FlotillaError {
  if (/HTTP request to an HTTPS server/i.test(text)) {
    return new FlotillaError('engine.tls', `the engine at ${place} speaks TLS only`, {
      hint: 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.',
    });
  }
  return new FlotillaError(
    'engine.not-an-engine',
    `what answers at ${place} is not a container engine: it replied to /_ping with HTTP status ${status} and no API version`,
    { hint: 'Check the address; the engine must speak the Docker Engine API there.' },
  );
}
