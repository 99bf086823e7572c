import { quote } from '../../../core/text.ts';
import type { ContainerSpec, NamespaceMode } from '../../spec.ts';
import type { OciLinux } from './config.ts';
import type { NamespaceChoice, Namespaces } from './input.ts';
import type { MachineFacts } from './machine/facts.ts';
import { cannotHonour, refuse } from './refuse.ts';

export interface NamespaceSources {
  /** The namespace that the network part made, or the host's. */
  readonly network: NamespaceChoice;
  /** Process 1 of the container that another one's `ipc` or `pid` names. */
  readonly processOf: (container: string) => number;
}

/** Which namespaces a container has of its own and which it shares. Throws `engine.request` for modes that are none. */
export function chooseNamespaces(
  spec: ContainerSpec,
  machine: MachineFacts,
  sources: NamespaceSources,
): Namespaces {
  const field = (key: string): string => `services.${spec.service}.${key}`;
  if (!['', 'host', undefined].includes(spec.userns)) {
    throw cannotHonour(
      field('userns_mode'),
      `it maps no users, so ${quote(spec.userns ?? '')} is not possible`,
    );
  }
  const joined = (mode: NamespaceMode | undefined, type: 'ipc' | 'pid', known: readonly string[]) => {
    if (mode === undefined) return 'new';
    if (mode.kind === 'container') return { path: `/proc/${sources.processOf(mode.container)}/ns/${type}` };
    return chosen(mode.mode, field(type), known);
  };
  const usual = machine.cgroups.mode === 'v2' ? 'private' : 'host';
  return {
    network: sources.network,
    ipc: joined(spec.ipc, 'ipc', ['', 'private', 'shareable', 'none', 'host']),
    pid: joined(spec.pid, 'pid', ['', 'host']),
    uts: chosen(spec.uts ?? '', field('uts'), ['', 'host']),
    cgroup: chosen(spec.cgroup || usual, field('cgroup'), ['private', 'host']),
  };
}

function chosen(mode: string, field: string, known: readonly string[]): 'new' | 'host' {
  if (!known.includes(mode)) {
    const words = known.filter((word) => word !== '').map(quote);
    throw refuse(field, `${quote(mode)} is not a mode`, `Use ${words.join(', ')}, or remove ${field}.`);
  }
  return mode === 'host' ? 'host' : 'new';
}

/** A namespace that is not listed is the host's. */
export function namespaceList(namespaces: Namespaces): OciLinux['namespaces'] {
  const types = ['pid', 'network', 'ipc', 'uts', 'cgroup'] as const;
  return [
    { type: 'mount' },
    ...types.flatMap((type) => {
      const choice = namespaces[type];
      if (choice === 'host') return [];
      return [choice === 'new' ? { type } : { type, path: choice.path }];
    }),
  ];
}
