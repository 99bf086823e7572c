import { FlotillaError, messageOf } from '../../../../core/error.ts';
import { quote } from '../../../../core/text.ts';

export interface RegistrySettings {
  /** Origins that are asked for images of Docker Hub first, in this order. */
  readonly mirrors: readonly string[];
  /** Hosts, with their ports, that may be spoken to without TLS. */
  readonly insecure: readonly string[];
}

/** Where docker's engine keeps the same settings. */
export const daemonFile = '/etc/docker/daemon.json';

/**
 * Reads the settings of the environment, else those of docker's engine, so that a machine is set up once:
 * FLOTILLA_REGISTRY_MIRRORS and FLOTILLA_INSECURE_REGISTRIES are lists with commas, and an empty one means none. Throws
 * `image.registry` for a mirror that is no origin.
 */
export function registrySettings(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string | undefined,
): RegistrySettings {
  const mirrors = listOf(environment['FLOTILLA_REGISTRY_MIRRORS']);
  const insecure = listOf(environment['FLOTILLA_INSECURE_REGISTRIES']);
  const daemon = mirrors === undefined || insecure === undefined ? daemonSettings(readFile) : undefined;
  return {
    mirrors: (mirrors ?? textsOf(daemon?.['registry-mirrors'])).map(originOf),
    insecure: insecure ?? textsOf(daemon?.['insecure-registries']),
  };
}

function listOf(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function daemonSettings(
  readFile: (path: string) => string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const text = readFile(daemonFile);
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch (cause) {
    throw new FlotillaError('image.registry', `${daemonFile} is not JSON: ${messageOf(cause)}`, {
      hint: 'Mend it, or set FLOTILLA_REGISTRY_MIRRORS and FLOTILLA_INSECURE_REGISTRIES, which may be empty.',
      cause,
    });
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A mirror is an address without a path, as for docker. */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '';
  if (isOrigin && url.username === '') return url.origin;
  throw new FlotillaError('image.registry', `${quote(text)} is no address of a registry's mirror`, {
    hint: 'It is https://HOST[:PORT], without a path.',
  });
}
