import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { linkedAbort } from '../../../core/linked-abort.ts';
import { placesOf } from '../network/state.ts';
import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import {
  type NetworkSockets,
  networksOf,
  type ServedNames,
  serveNames,
  serverAddress,
} from './serve-names.ts';
import { openNameSockets } from './sockets.ts';

/**
 * Sees to it that questions of a project's containers are answered although its supervisor does not run yet: a program may
 * ask for a name in its first moment. Questions wait in sockets that the supervisor inherits, so that none is lost; only
 * where another supervisor has the project already, and may not know of a new network yet, this process answers itself.
 */
export interface NameHost {
  /** From now on questions in the project's networks are taken. `isSupervised`: somebody answers them already. */
  serve(project: string, isSupervised: boolean): void;
  /** What a supervisor of the project is to inherit; the caller starts it and then calls `handedOver`. */
  socketsOf(project: string): readonly NetworkSockets[];
  handedOver(project: string): void;
  close(): void;
}

export function createNameHost(options: { readonly root: Root; readonly libc: Libc }): NameHost {
  const { root, libc } = options;
  const over = linkedAbort();
  const answered = new Map<string, ServedNames>();
  const waiting = new Map<string, Map<string, NetworkSockets>>();
  /** Networks whose sockets a supervisor has. */
  const handed = new Map<string, Set<string>>();

  const answer = (project: string): void => {
    const served = answered.get(project);
    served?.sync();
    if (served !== undefined) return;
    const inherited = [...(waiting.get(project)?.values() ?? [])];
    waiting.delete(project);
    answered.set(project, serveNames({ ...options, project, signal: over.signal, inherited }));
  };

  const take = (project: string): void => {
    const sockets = waiting.get(project) ?? new Map<string, NetworkSockets>();
    waiting.set(project, sockets);
    for (const network of networksOf(root, project, 'soon')) {
      if (sockets.has(network.id)) continue;
      const path = join(placesOf(root).namespaces, network.id);
      const opened = openNameSockets(libc, path, serverAddress(network));
      libc.listen(opened.tcp);
      sockets.set(network.id, { networkId: network.id, ...opened });
    }
  };

  return {
    serve(project, isSupervised) {
      const known = handed.get(project);
      // Our own supervisor answers in what it inherited.
      if (isSupervised && known !== undefined && networksOf(root, project).every(({ id }) => known.has(id)))
        return;
      try {
        if (isSupervised || answered.has(project)) answer(project);
        else take(project);
      } catch {
        // A network that goes at this very moment: the supervisor opens what is there.
      }
    },
    socketsOf: (project) => [
      ...(answered.get(project)?.sockets() ?? []),
      ...(waiting.get(project)?.values() ?? []),
    ],
    handedOver(project) {
      const sockets = [...(waiting.get(project)?.values() ?? [])];
      waiting.delete(project);
      handed.set(project, new Set(sockets.map(({ networkId }) => networkId)));
      for (const { udp, tcp } of sockets) for (const fd of [udp, tcp]) closeSync(fd);
    },
    close: () => {
      over.abort();
      answered.clear();
      for (const project of [...waiting.keys()]) {
        for (const { udp, tcp } of waiting.get(project)?.values() ?? [])
          for (const fd of [udp, tcp]) closeSync(fd);
        waiting.delete(project);
      }
    },
  };
}

/** The first descriptor behind standard input, output and error. */
const firstInherited = 3;

/** How a child is told which descriptors it inherits: the sockets stand in its `stdio` from the fourth place on. */
export function inheritanceText(sockets: readonly NetworkSockets[]): string {
  return sockets.map(({ networkId }) => networkId).join(' ');
}

export function readInheritance(text: string | undefined): readonly NetworkSockets[] {
  return (text ?? '')
    .split(' ')
    .filter((id) => id !== '')
    .map((networkId, index) => ({
      networkId,
      udp: firstInherited + 2 * index,
      tcp: firstInherited + 2 * index + 1,
    }));
}
