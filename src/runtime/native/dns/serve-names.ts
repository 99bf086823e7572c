import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labels } from '../../../core/labels.ts';
import { linkedAbort } from '../../../core/linked-abort.ts';
import { hostNameservers } from '../network/name-files.ts';
import { isNamespace } from '../network/namespace-file.ts';
import { type NetworkRecord, placesOf, readRunning, readState } from '../network/state.ts';
import { watchBooks } from '../network/watch-books.ts';
import { nameServer } from '../network/work.ts';
import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { whenChanged } from '../system/when-changed.ts';
import { forward } from './forward.ts';
import { indexNames, type Names } from './names.ts';
import { respond } from './respond.ts';
import { type NameServer, startNameServer } from './server.ts';
import { type NameSockets, openNameSockets } from './sockets.ts';

export interface ServeNamesOptions {
  readonly root: Root;
  readonly libc: Libc;
  /** All networks that its containers are in are served. */
  readonly project: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** /etc/resolv.conf of the host. */
  readonly resolvConf?: string;
  /** Sockets that another process of the project opened, and whose questions are waiting. */
  readonly inherited?: readonly NetworkSockets[];
  /** A number from 0 up to, but not including, that one. */
  readonly random?: (below: number) => number;
}

/** What answers in a network, for another process to inherit. */
export interface NetworkSockets extends NameSockets {
  readonly networkId: string;
}

export interface ServedNames {
  /** Of the networks that are served now. */
  sockets(): readonly NetworkSockets[];
  /** Looks for networks that came or went; it happens by itself too, a moment later. */
  sync(): void;
}

/**
 * Answers the containers of a project, in all their networks, also in those that come later, until it is aborted. What is
 * known is read again when it changed, so a new container is known at once. Several processes may serve the same
 * network. Keeps no process alive. Returns when the servers listen.
 */
export function serveNames(options: ServeNamesOptions): ServedNames {
  const { root, libc, project } = options;
  const { signal } = linkedAbort(options.signal);
  const places = placesOf(root);
  const random = options.random ?? ((below) => randomInt(below));
  const resolvConf = options.resolvConf ?? '/etc/resolv.conf';
  const names = whenChanged<Names>([places.state, places.running], () =>
    indexNames(readState(places), readRunning(places)),
  );
  const hostServers = whenChanged([resolvConf], () => hostNameservers(readText(resolvConf)));
  const servers = new Map<string, NameServer & { readonly networkId: string }>();
  const inherited = new Map((options.inherited ?? []).map((each) => [each.networkId, each]));

  const answerIn =
    (networkId: string) =>
    async (
      message: Uint8Array,
      address: string,
      transport: 'udp' | 'tcp',
    ): Promise<Uint8Array | undefined> => {
      const response = respond(message, { networkId, address }, names(), {
        random,
        ...(transport === 'tcp' ? { room: 65_535 } : {}),
      });
      if (response.kind === 'silence') return undefined;
      if (response.kind === 'answer') return response.message;
      const asked = response.servers === 'host' ? hostServers() : response.servers;
      const said = await forward(message, { servers: asked, transport, patience: patienceMs, signal });
      return said ?? response.failure;
    };

  const sync = (): void => {
    if (signal.aborted) return;
    const wanted = new Map(
      networksOf(root, project).map((network) => [join(places.namespaces, network.id), network]),
    );
    for (const [path, server] of servers) {
      if (wanted.has(path) && isNamespace(path)) continue;
      server.close();
      servers.delete(path);
    }
    for (const [path, network] of wanted) {
      if (servers.has(path) || !isNamespace(path)) continue;
      const address = serverAddress(network);
      const sockets = inherited.get(network.id) ?? tryToOpen(libc, path, address);
      inherited.delete(network.id);
      if (sockets === undefined) continue;
      const server = startNameServer({ sockets, isNew: address.includes(':'), answer: answerIn(network.id) });
      servers.set(path, { ...server, networkId: network.id });
    }
  };

  watchBooks(places, sync, signal);
  signal.addEventListener(
    'abort',
    () => {
      for (const server of servers.values()) server.close();
    },
    { once: true },
  );
  sync();
  return {
    sync,
    sockets: () => [...servers.values()].map(({ networkId, sockets }) => ({ networkId, ...sockets })),
  };
}

/** A network that goes at this very moment has no server; each change of the books is another chance. */
function tryToOpen(libc: Libc, namespace: string, address: string): NameSockets | undefined {
  try {
    return openNameSockets(libc, namespace, address);
  } catch {
    return undefined;
  }
}

/** Those that a container of the project is in; `soon`: and its own, in which there will be one. */
export function networksOf(
  root: Root,
  project: string,
  when: 'now' | 'soon' = 'now',
): readonly NetworkRecord[] {
  const { networks, containers } = readState(placesOf(root));
  const joined = new Set(
    Object.values(containers)
      .filter((container) => container.project === project)
      .flatMap(({ endpoints }) => endpoints.map(({ networkId }) => networkId)),
  );
  return networks.filter(
    ({ id, labels: own }) => joined.has(id) || (when === 'soon' && own[labels.project] === project),
  );
}

export function serverAddress({ pools }: NetworkRecord): string {
  const hasOld = pools.some(({ subnet }) => !subnet.includes(':'));
  return hasOld ? nameServer : (pools[0]?.gateway ?? nameServer);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const patienceMs = 2500;
