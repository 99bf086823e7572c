import { Agent, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { openCommand } from '../process.ts';
import { type AbortHub, createAbortHub } from './abort-hub.ts';
import type { EngineAddress } from './address.ts';

/** How bytes reach the engine: what node:http needs for a request, and the connections kept for the next one. */
export interface Transport {
  readonly request: RequestOptions;
  readonly basePath: string;
  readonly aborts: AbortHub;
  /** Ends every connection, also those in use. */
  close(): void;
}

/** Opens nothing yet: each request takes a kept connection or makes one. */
export async function openTransport(
  address: EngineAddress,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Transport> {
  switch (address.kind) {
    case 'unix': {
      const agent = new Agent({ keepAlive: true });
      // The host name is only a header here; engines refuse a request without one.
      return over(agent, { socketPath: address.path, host: 'localhost' });
    }
    case 'tcp': {
      const { host, port, basePath, tls } = address;
      if (tls === undefined) return over(new Agent({ keepAlive: true }), { host, port }, basePath);
      const https = await import('node:https');
      const { verify, ...material } = tls;
      const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: verify, ...material });
      return over(agent, { host, port, protocol: 'https:' }, basePath);
    }
    case 'ssh':
      return over(new SshAgent(address, environment), { host: 'localhost' });
  }
}

function over(agent: Agent, request: RequestOptions, basePath = ''): Transport {
  return {
    request: { ...request, ...serverName(request), agent },
    basePath,
    aborts: createAbortHub(),
    close: () => agent.destroy(),
  };
}

/**
 * Node looks up whether the host is an IP address, for the server name of TLS, also where there is no TLS. Its regular
 * expressions take 3 to 9 ms to compile, a fifth of `flotilla ps`; an empty name says that none is needed.
 */
function serverName({ protocol }: RequestOptions): { readonly servername?: string } {
  return protocol === 'https:' ? {} : { servername: '' };
}

type SshAddress = Extract<EngineAddress, { kind: 'ssh' }>;

/** One ssh process per connection, kept and used again like any other connection. */
class SshAgent extends Agent {
  readonly #command: readonly [string, ...string[]];
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(address: SshAddress, environment: Readonly<Record<string, string | undefined>>) {
    super({ keepAlive: true });
    this.#command = sshCommand(address);
    this.#environment = environment;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    openCommand(this.#command, { environment: this.#environment }).then(
      (stream) => callback?.(null, asSocket(stream)),
      (error: Error) => callback?.(error, undefined as never),
    );
  }
}

/** The agent calls these on whatever it keeps; a pipe has nothing to set. */
function asSocket(stream: Duplex): Duplex {
  const ignore = (): Duplex => stream;
  return Object.assign(stream, { setKeepAlive: ignore, setNoDelay: ignore, setTimeout: ignore });
}

function sshCommand(address: SshAddress): readonly [string, ...string[]] {
  const user = address.user === undefined ? [] : ['-l', address.user];
  const port = address.port === undefined ? [] : ['-p', String(address.port)];
  const host = address.remoteSocket === undefined ? [] : ['--host', `unix://${address.remoteSocket}`];
  return [
    'ssh',
    '-T',
    '-o',
    'ConnectTimeout=30',
    ...user,
    ...port,
    '--',
    address.host,
    'docker',
    ...host,
    'system',
    'dial-stdio',
  ];
}
