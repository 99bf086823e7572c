import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { frame, frameReader } from './forward.ts';
import type { NameSockets } from './sockets.ts';

export interface NameServerOptions {
  /** Bound; they are the server's from now on. */
  readonly sockets: NameSockets;
  /** They are of IPv6. */
  readonly isNew: boolean;
  /** Undefined: nothing is said. */
  readonly answer: (
    message: Uint8Array,
    from: string,
    transport: 'udp' | 'tcp',
  ) => Promise<Uint8Array | undefined>;
}

export interface NameServer {
  readonly sockets: NameSockets;
  close(): void;
}

/** Answers over UDP and TCP, and keeps no process alive. */
export function startNameServer(options: NameServerOptions): NameServer {
  const { sockets } = options;
  const datagrams = listenForDatagrams(options, sockets.udp);
  const [streams, connections] = listenForStreams(options, sockets.tcp);
  return {
    sockets,
    close() {
      datagrams.close();
      streams.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

function listenForDatagrams({ isNew, answer }: NameServerOptions, fd: number): DatagramSocket {
  const socket = createSocket(isNew ? 'udp6' : 'udp4');
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
  socket.unref();
  return socket;
}

function listenForStreams({ answer }: NameServerOptions, fd: number): readonly [Server, ReadonlySet<Socket>] {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.unref();
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
  server.unref();
  return [server, connections];
}

const idleMs = 10_000;
