import { FlotillaError, messageOf } from '../core/error.ts';
import { quote } from '../core/text.ts';
import type { RegistryCredentials } from './image.ts';

/** The part of docker's config.json that says who one is to a registry. */
export interface CredentialConfig {
  readonly auths?: Readonly<Record<string, StoredAuth>>;
  /** Name of the helper for every registry. */
  readonly credsStore?: string;
  /** Names of helpers by registry host. */
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export interface StoredAuth {
  /** Base64 of `user:password`. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/**
 * Runs `docker-credential-NAME get` with the registry's address as its input. Rejects when it cannot be started; any
 * exit code resolves.
 */
export type CredentialHelper = (
  name: string,
  server: string,
) => Promise<{ readonly exitCode?: number; readonly stdout: string; readonly stderr: string }>;

const hubHost = 'docker.io';
/** The address under which docker stores what it knows about Docker Hub. */
const hubServer = 'https://index.docker.io/v1/';
const hubHosts = new Set([hubHost, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** Reads config.json's text; a file that is not there is an empty text. Throws `image.denied` for broken JSON. */
export function parseCredentialConfig(text: string, path: string): CredentialConfig {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as CredentialConfig;
  } catch (error) {
    throw new FlotillaError('image.denied', `${path} is not valid JSON: ${messageOf(error)}`, {
      hint: 'Repair the file: credentials for registries are read from it.',
      cause: error,
    });
  }
}

/** The host part of an image reference: `docker.io` when it names none. */
export function registryOf(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash === -1 ? '' : reference.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost' || /[A-Z]/.test(first);
  if (!isHost) return hubHost;
  return hubHosts.has(first) ? hubHost : first;
}

/**
 * What to show to the image's registry: the helper made for that registry, else the general helper, else what the
 * file itself stores. Undefined is anonymous. A helper that fails for another reason than an unknown registry
 * rejects with `image.denied`.
 */
export async function findCredentials(
  reference: string,
  config: CredentialConfig,
  runHelper: CredentialHelper,
): Promise<RegistryCredentials | undefined> {
  const host = registryOf(reference);
  const server = host === hubHost ? hubServer : host;
  const helper = config.credHelpers?.[server] ?? config.credHelpers?.[host] ?? config.credsStore;
  if (helper) return await askHelper(helper, server, runHelper);
  return storedCredentials(host, server, config.auths ?? {});
}

async function askHelper(
  name: string,
  server: string,
  runHelper: CredentialHelper,
): Promise<RegistryCredentials | undefined> {
  const command = `docker-credential-${name}`;
  const result = await runHelper(name, server).catch((error: unknown) => {
    throw new FlotillaError(
      'image.denied',
      `cannot run the credential helper ${quote(command)}: ${messageOf(error)}`,
      {
        hint: "Install it, or remove it from credsStore and credHelpers in docker's config.json.",
        cause: error,
      },
    );
  });
  const said = (result.stdout.trim() || result.stderr.trim()).slice(0, 500);
  if (result.exitCode !== 0) {
    if (/credentials not found|no credentials server url|no credentials username/i.test(said))
      return undefined;
    throw helperFailure(command, server, said);
  }
  let answer: { readonly Username?: unknown; readonly Secret?: unknown };
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    throw helperFailure(command, server, 'its answer is not JSON');
  }
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw helperFailure(command, server, 'its answer has no Username and Secret');
  }
  if (username === '' && secret === '') return undefined;
  return username === '<token>'
    ? { identitytoken: secret, serveraddress: server }
    : { username, password: secret, serveraddress: server };
}

function helperFailure(command: string, server: string, said: string): FlotillaError {
  return new FlotillaError(
    'image.denied',
    `the credential helper ${quote(command)} failed for ${quote(server)}: ${said}`,
    {
      hint: 'Log in again with `docker login`, or repair the helper.',
    },
  );
}

function storedCredentials(
  host: string,
  server: string,
  auths: Readonly<Record<string, StoredAuth>>,
): RegistryCredentials | undefined {
  const entry = auths[server] ?? Object.entries(auths).find(([key]) => sameRegistry(key, host))?.[1];
  if (entry === undefined) return undefined;
  if (entry.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: server };
  const decoded = entry.auth ? Buffer.from(entry.auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  const username = entry.username || decoded.slice(0, Math.max(colon, 0));
  // Old docker versions padded the secret with zero bytes.
  const password = entry.password || decoded.slice(colon + 1).replace(/\u0000+$/, '');
  return username === '' ? undefined : { username, password, serveraddress: server };
}

/** Keys of `auths` may carry a scheme and a path. */
function sameRegistry(key: string, host: string): boolean {
  const keyHost = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return keyHost === host || (hubHosts.has(keyHost) && host === hubHost);
}
