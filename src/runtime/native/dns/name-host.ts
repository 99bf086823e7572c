import { linkedAbort } from '../../../core/linked-abort.ts';
import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { type NetworkSockets, type ServedNames, serveNames } from './serve-names.ts';

/**
 * Answers for the projects of a process that starts containers, before their supervisor does: a program may ask for a
 * name in its first moment. The supervisor inherits the sockets, so that no question is lost between the two.
 */
export interface NameHost {
  /** From now on the project's networks are served, those that come later too. */
  serve(project: string): void;
  socketsOf(project: string): readonly NetworkSockets[];
  close(): void;
}

export function createNameHost(options: { readonly root: Root; readonly libc: Libc }): NameHost {
  const over = linkedAbort();
  const projects = new Map<string, ServedNames>();
  return {
    serve(project) {
      const served = projects.get(project);
      if (served === undefined)
        projects.set(project, serveNames({ ...options, project, signal: over.signal }));
      else served.sync();
    },
    socketsOf: (project) => projects.get(project)?.sockets() ?? [],
    close: () => {
      over.abort();
      projects.clear();
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
