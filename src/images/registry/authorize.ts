import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { RegistryCredentials } from '../image.ts';
import { mayBePlain } from './address.ts';
import type { Challenge } from './challenge.ts';
import { collect } from './content.ts';
import { type ExchangeOptions, exchange } from './exchange.ts';
import { denied, refusal } from './failure.ts';

/** What answers a challenge: the registry it comes from, what is wanted there, and who one is. */
export interface Visit {
  readonly registry: string;
  /** Origin of the registry, `https://registry-1.docker.io`. */
  readonly origin: string;
  /** `repository:library/nginx:pull`. */
  readonly scope: string;
  readonly credentials: RegistryCredentials | undefined;
}

const largestToken = 1024 * 1024;

/**
 * The Authorization header that the first challenge we understand asks for; undefined when the registry asks for
 * nothing, or for a login that we do not have.
 */
export async function authorize(
  challenges: readonly Challenge[],
  visit: Visit,
  options: ExchangeOptions,
  signal?: AbortSignal,
): Promise<string | undefined> {
  for (const challenge of challenges) {
    if (challenge.scheme === 'bearer')
      return `Bearer ${await bearerToken(challenge, visit, options, signal)}`;
    if (challenge.scheme === 'basic') return basic(visit.credentials);
  }
  return undefined;
}

/** See https://distribution.github.io/distribution/spec/auth/token/. */
async function bearerToken(
  { parameters }: Challenge,
  { registry, origin, scope, credentials }: Visit,
  options: ExchangeOptions,
  signal: AbortSignal | undefined,
): Promise<string> {
  const realm = realmOf(parameters.get('realm'), registry, origin, options);
  const service = parameters.get('service');
  const query = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
  const identity = credentials?.identitytoken;
  const login = basic(credentials);
  const answer = await exchange(
    identity === undefined
      ? {
          url: withQuery(realm, query),
          registry,
          ...(login === undefined ? {} : { headers: { authorization: login } }),
        }
      : { url: realm.href, method: 'POST', registry, ...refresh(query, identity) },
    options,
    signal,
  );
  if (answer.status !== 200) throw await refusal(answer, `a token for ${scope}`, registry);
  const text = await collect(answer.body, largestToken, 'the token');
  const token = tokenIn(Buffer.from(text).toString('utf8'));
  if (token === undefined) throw denied(scope, registry, 'its login service gave no token');
  return token;
}

/** Where tokens come from; a password goes there, so it is encrypted unless the registry itself need not be. */
function realmOf(realm: string | undefined, registry: string, origin: string, options: ExchangeOptions): URL {
  if (realm !== undefined && URL.canParse(realm)) {
    const url = new URL(realm);
    if (url.protocol === 'https:') return url;
    const isPlain = origin.startsWith('http:') && mayBePlain(url, options.insecureRegistries ?? []);
    if (url.protocol === 'http:' && isPlain) return url;
  }
  throw new FlotillaError(
    'image.denied',
    `${quote(registry)} wants a login at ${quote(realm ?? '')}, which is not safe`,
    { hint: 'A login service is reached by https. Nothing was sent there.' },
  );
}

function withQuery(realm: URL, query: URLSearchParams): string {
  const url = new URL(realm);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}

function refresh(query: URLSearchParams, identity: string) {
  const form = new URLSearchParams(query);
  form.set('grant_type', 'refresh_token');
  form.set('client_id', 'flotilla');
  form.set('refresh_token', identity);
  return {
    body: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}

function basic(credentials: RegistryCredentials | undefined): string | undefined {
  if (credentials?.username === undefined) return undefined;
  const pair = `${credentials.username}:${credentials.password ?? ''}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function tokenIn(text: string): string | undefined {
  try {
    const parsed = JSON.parse(text) as { readonly token?: unknown; readonly access_token?: unknown };
    const token = parsed.token || parsed.access_token;
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
