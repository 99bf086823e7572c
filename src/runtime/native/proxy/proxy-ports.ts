import { connect, createServer, type Server, type Socket } from 'node:net';
import { publishingAddresses } from '../network/firewall.ts';
import { type OpenPort, placesOf, readRunning, readState } from '../network/state.ts';
import { watchBooks } from '../network/watch-books.ts';
import type { Root } from '../parts.ts';

export interface ProxyOptions {
  readonly root: Root;
  readonly project: string;
  /** Ends it, and the connections that lead through it. */
  readonly signal: AbortSignal;
}

interface Passage {
  /** On the host. */
  readonly address: string;
  readonly port: number;
  readonly target: string;
  readonly targetPort: number;
}

/**
 * Leads the host's IPv6 addresses, `::1` above all, to published TCP ports of containers that have none: the kernel
 * translates no address of one family into one of the other. Follows what is published until it is aborted, and keeps no
 * process alive.
 */
export function proxyPorts({ root, project, signal }: ProxyOptions): void {
  const places = placesOf(root);
  const open = new Map<string, { close(): void }>();
  const sync = (): void => {
    if (signal.aborted) return;
    const wanted = new Map(
      passages(root, project).map((each) => [
        `${each.address} ${each.port} ${each.target} ${each.targetPort}`,
        each,
      ]),
    );
    for (const [key, passage] of open) {
      if (wanted.has(key)) continue;
      passage.close();
      open.delete(key);
    }
    for (const [key, passage] of wanted) if (!open.has(key)) open.set(key, openPassage(passage));
  };
  watchBooks(places, sync, signal);
  signal.addEventListener(
    'abort',
    () => {
      for (const passage of open.values()) passage.close();
    },
    { once: true },
  );
  sync();
}

function passages(root: Root, project: string): readonly Passage[] {
  const places = placesOf(root);
  const [state, running] = [readState(places), readRunning(places)];
  return Object.entries(running.containers).flatMap(([id, { ports }]) => {
    const { ipv4, ipv6 } = publishingAddresses(state, id);
    if (state.containers[id]?.project !== project || ipv4 === undefined || ipv6 !== undefined) return [];
    return ports.filter(isProxied).map(({ hostIp = '::', published, target }) => ({
      address: hostIp,
      port: published,
      target: ipv4,
      targetPort: target,
    }));
  });
}

/** What is open everywhere, or on an IPv6 address. */
function isProxied({ protocol, hostIp }: OpenPort): boolean {
  return protocol === 'tcp' && (hostIp === undefined || hostIp.includes(':'));
}

function openPassage({ address, port, target, targetPort }: Passage): { close(): void } {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket.unref());
    socket.on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const container = connect({ host: target, port: targetPort, allowHalfOpen: true, noDelay: true });
    for (const [one, other] of [
      [client, container],
      [container, client],
    ] as const) {
      keep(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  // Somebody else may have the address: then it is theirs.
  server.on('error', () => undefined);
  server.listen({ host: address, port, ipv6Only: true }).unref();
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
