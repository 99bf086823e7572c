import { Agent, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../core/error.ts';
import { type CommandDuplex, openCommand } from '../process.ts';
import type { EngineAddress } from './address.ts';

/** How bytes reach the engine: what node:http needs for a request, and the connections kept for the next one. */
export interface Transport {
  readonly request: RequestOptions;
  readonly basePath: string;
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
  return { request: { ...request, agent }, basePath, close: () => agent.destroy() };
}

type SshAddress = Extract<EngineAddress, { kind: 'ssh' }>;

/** One ssh process per connection, kept and used again like any other connection. */
class SshAgent extends Agent {
  readonly #command: readonly [string, ...string[]];
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #commands = new WeakMap<Duplex, CommandDuplex>();

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
      (command) => {
        this.#commands.set(command.stream, command);
        void explainFailure(command);
        callback?.(null, command.stream);
      },
      (error: unknown) => callback?.(new SshError(messageOf(error), error), undefined as never),
    );
  }

  override keepSocketAlive(socket: Duplex): boolean {
    this.#commands.get(socket)?.unref();
    return true;
  }

  override reuseSocket(socket: Duplex): void {
    this.#commands.get(socket)?.ref();
  }
}

/** Why an ssh connection could not be had; the message is what ssh said. */
export class SshError extends Error {
  override readonly name = 'SshError';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

async function explainFailure({ stream, ended }: CommandDuplex): Promise<void> {
  const { exitCode, stderr } = await ended;
  if (exitCode !== 0 && !stream.destroyed) stream.destroy(new SshError(stderr || 'ssh ended early'));
}

export function sshCommand(address: SshAddress): readonly [string, ...string[]] {
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
