import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';

export interface ForwardOptions {
  /** Addresses, asked one after the other. */
  readonly servers: readonly string[];
  readonly transport: 'udp' | 'tcp';
  /** Milliseconds for each server. */
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Where they listen; 53 unless given. */
  readonly port?: number;
}

/** Asks others, from the network of this process; undefined when none of them answers. */
export async function forward(
  message: Uint8Array,
  { servers, transport, patience, signal, port = 53 }: ForwardOptions,
): Promise<Uint8Array | undefined> {
  for (const server of servers) {
    if (isIP(server) === 0 || signal.aborted) continue;
    const ask = transport === 'udp' ? askByDatagram : askByStream;
    const answer = await ask(message, { server, port, patience, signal }).catch(() => undefined);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

interface Ask {
  readonly server: string;
  readonly port: number;
  readonly patience: number;
  readonly signal: AbortSignal;
}

function askByDatagram(message: Uint8Array, { server, port, patience, signal }: Ask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(server) === 6 ? 'udp6' : 'udp4');
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.close();
      finish();
    };
    const stop = (): void => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(() => reject(new Error('no answer'))), patience);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('message', (answer) => {
      // Somebody else's answer to somebody else's question is none.
      if (answer.length >= 12 && answer[0] === message[0] && answer[1] === message[1])
        end(() => resolve(answer));
    });
    // Connected, so that the kernel keeps answers of others away.
    socket.connect(port, server, () => socket.send(message));
  });
}

function askByStream(message: Uint8Array, { server, port, patience, signal }: Ask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server, port, signal });
    socket.setTimeout(patience, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('no answer')));
    const take = frameReader((answer) => {
      resolve(answer);
      socket.destroy();
    });
    socket.on('data', take);
    socket.write(frame(message));
  });
}

/** Over TCP each message has its length before it. */
export function frame(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Puts messages together again from the pieces of a stream. */
export function frameReader(onMessage: (message: Uint8Array) => void): (piece: Uint8Array) => void {
  let rest: Uint8Array = new Uint8Array();
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 2) {
      const length = ((rest[0] ?? 0) << 8) | (rest[1] ?? 0);
      if (rest.length < 2 + length) return;
      onMessage(rest.slice(2, 2 + length));
      rest = rest.slice(2 + length);
    }
  };
}
