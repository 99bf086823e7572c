import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { openCommand } from '../process.ts';
import { type AbortHub, createAbortHub } from './abort-hub.ts';
import type { EngineAddress } from './address.ts';

/** A network socket, or a command that stands for one. */
export interface Connection extends Duplex {
  ref(): unknown;
  unref(): unknown;
}

/** How bytes reach the engine: its connections, and those of them that wait for the next request. */
export interface Transport {
  /** The value of the Host header; engines refuse a request without one. */
  readonly host: string;
  readonly basePath: string;
  readonly aborts: AbortHub;
  /** Takes a connection that was kept, if there is one. The engine may have closed it. */
  takeKept(): Connection | undefined;
  /** A new connection, which may not be established yet: what is written waits until it is. */
  open(): Promise<Connection>;
  /** Keeps an open connection for a later request; it lets the process exit. */
  keep(connection: Connection): void;
  /** Ends every connection, also those in use. */
  close(): void;
}

/** Opens nothing yet. */
export async function openTransport(
  address: EngineAddress,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Transport> {
  switch (address.kind) {
    case 'unix':
      return over(() => connect(address.path), 'localhost');
    case 'tcp': {
      const { host, port, basePath, tls } = address;
      const name = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
      const place = { host, port, noDelay: true, keepAlive: true };
      if (tls === undefined) return over(() => connect(place), name, basePath);
      const secure = await import('node:tls');
      const { verify, ...material } = tls;
      // An IP address is no server name.
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const options = { ...place, ...servername, rejectUnauthorized: verify, ...material };
      return over(() => secure.connect(options), name, basePath);
    }
    case 'ssh': {
      const command = sshCommand(address);
      return over(() => openCommand(command, { environment }), 'localhost');
    }
  }
}

function over(create: () => Connection | Promise<Connection>, host: string, basePath = ''): Transport {
  const all = new Set<Connection>();
  const kept: Connection[] = [];
  return {
    host,
    basePath,
    aborts: createAbortHub(),
    takeKept() {
      for (let found = kept.pop(); found !== undefined; found = kept.pop()) {
        if (found.destroyed || !found.writable) continue;
        found.ref();
        return found;
      }
      return undefined;
    },
    async open() {
      const connection = await create();
      all.add(connection);
      // Whoever uses it has a listener of its own; a kept connection may break unheard.
      connection.on('error', () => undefined);
      connection.once('close', () => {
        all.delete(connection);
        const at = kept.indexOf(connection);
        if (at >= 0) kept.splice(at, 1);
      });
      return connection;
    },
    keep(connection) {
      connection.unref();
      // It must flow, for its end to be noticed.
      connection.resume();
      kept.push(connection);
    },
    close() {
      for (const connection of all) connection.destroy();
    },
  };
}

function sshCommand(address: Extract<EngineAddress, { kind: 'ssh' }>): readonly [string, ...string[]] {
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
