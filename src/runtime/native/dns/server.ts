import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { Libc } from '../system/libc.ts';
import { frame, frameReader } from './forward.ts';
import { openNameSockets } from './sockets.ts';

export interface NameServerOptions {
  readonly libc: Libc;
  /** Where it listens. */
  readonly namespace: string;
  readonly address: string;
  /** Undefined: nothing is said. */
  readonly answer: (
    message: Uint8Array,
    from: string,
    transport: 'udp' | 'tcp',
  ) => Promise<Uint8Array | undefined>;
}

export interface NameServer {
  close(): void;
}

/** Listens in a network's namespace, over UDP and TCP. Throws when the namespace is not there (any more). */
export function startNameServer(options: NameServerOptions): NameServer {
  const { libc, namespace, address } = options;
  const { udp, tcp } = openNameSockets(libc, namespace, address);
  const datagrams = listenForDatagrams(options, udp);
  const [streams, connections] = listenForStreams(options, tcp);
  return {
    close() {
      datagrams.close();
      streams.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

function listenForDatagrams({ address, answer }: NameServerOptions, fd: number): DatagramSocket {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let isOpen = true;
  socket.on('close', () => {
    isOpen = false;
  });
  // An answer that cannot be delivered is not missed: its asker is gone.
  socket.on('error', () => undefined);
  socket.on('message', (message, from) => {
    void answer(message, from.address, 'udp').then((said) => {
      if (said !== undefined && isOpen) socket.send(said, from.port, from.address, () => undefined);
    });
  });
  socket.bind({ fd });
  return socket;
}

function listenForStreams({ answer }: NameServerOptions, fd: number): readonly [Server, ReadonlySet<Socket>] {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.setTimeout(idleMs, () => connection.destroy());
    connection.on('error', () => connection.destroy());
    connection.on('close', () => connections.delete(connection));
    const from = (connection.remoteAddress ?? '').replace(/^::ffff:/, '');
    connection.on(
      'data',
      frameReader((message) => {
        void answer(message, from, 'tcp').then((said) => {
          if (said !== undefined && !connection.destroyed) connection.write(frame(said));
        });
      }),
    );
  });
  server.maxConnections = 256;
  server.on('error', () => undefined);
  server.listen({ fd });
  return [server, connections];
}

const idleMs = 10_000;
