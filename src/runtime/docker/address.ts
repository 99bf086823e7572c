import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

/** Where an engine listens and how to get there. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Prefix of every request path, for an engine behind a proxy; without a slash at its end. */
      readonly basePath: string;
      readonly tls?: TlsMaterial;
    }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** Socket on the remote machine; absent: what the docker command there chooses. */
      readonly remoteSocket?: string;
    };

/** PEM texts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False accepts any certificate. */
  readonly verify: boolean;
}

export const defaultSocket = '/var/run/docker.sock';

/**
 * Reads what `-H`, DOCKER_HOST or a context says; `origin` names which of them for messages. `tls` applies to TCP
 * addresses only. Throws `engine.not-found` for a text that is no address and `engine.capability` for one that
 * Flotilla cannot reach.
 */
export function parseAddress(text: string, origin: string, tls: TlsMaterial | undefined): EngineAddress {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'unix':
      return { kind: 'unix', path: trimmed.slice('unix://'.length) || defaultSocket };
    case 'tcp':
    case 'http':
      return tcpAddress(trimmed, origin, tls);
    case 'https':
      return tcpAddress(trimmed, origin, tls ?? { verify: true });
    case 'ssh':
      return sshAddress(trimmed, origin);
    case undefined:
      if (trimmed.startsWith('/')) return { kind: 'unix', path: trimmed };
      return tcpAddress(`tcp://${trimmed}`, origin, tls);
    case 'npipe':
    case 'fd':
      throw new FlotillaError(
        'engine.capability',
        `Flotilla cannot reach the engine at ${quote(text)} (${origin}): ${scheme}:// is not supported`,
        { hint: 'Use a unix://, tcp:// or ssh:// address; on Windows run Flotilla inside WSL.' },
      );
    default:
      throw malformed(text, origin);
  }
}

/** The address as messages show it; user names and hosts, never credentials. */
export function formatAddress(address: EngineAddress): string {
  switch (address.kind) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp': {
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      return `tcp://${host}:${address.port}${address.basePath}`;
    }
    case 'ssh': {
      const user = address.user === undefined ? '' : `${address.user}@`;
      const port = address.port === undefined ? '' : `:${address.port}`;
      return `ssh://${user}${address.host}${port}${address.remoteSocket ?? ''}`;
    }
  }
}

function tcpAddress(text: string, origin: string, tls: TlsMaterial | undefined): EngineAddress {
  const url = parseUrl(text.replace(/^[a-z]+:/i, 'engine:'), text, origin);
  const port = url.port === '' ? (tls === undefined ? 2375 : 2376) : Number(url.port);
  return {
    kind: 'tcp',
    host: url.hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port,
    basePath: url.pathname.replace(/\/+$/, ''),
    ...(tls === undefined ? {} : { tls }),
  };
}

function sshAddress(text: string, origin: string): EngineAddress {
  const url = parseUrl(text, text, origin);
  if (url.hostname === '') throw malformed(text, origin);
  if (url.password !== '') {
    throw new FlotillaError('engine.ssh', `the ssh address (${origin}) carries a password`, {
      hint: 'Use a key with ssh-agent, and write the address as ssh://user@host.',
    });
  }
  // A host or user that begins with a dash would be read as an option by ssh.
  if (url.hostname.startsWith('-') || url.username.startsWith('-')) throw malformed(text, origin);
  const socket = url.pathname.replace(/\/+$/, '');
  return {
    kind: 'ssh',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(socket === '' ? {} : { remoteSocket: socket }),
  };
}

function parseUrl(url: string, text: string, origin: string): URL {
  try {
    return new URL(url);
  } catch {
    throw malformed(text, origin);
  }
}

function malformed(text: string, origin: string): FlotillaError {
  return new FlotillaError('engine.not-found', `${quote(text)} (${origin}) is not an engine address`, {
    hint: 'Addresses look like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.',
  });
}
