import type { Project, Service } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { containerName, replicaCount } from '../desired/index.ts';
import type { ContentAct } from './content.ts';
import { replicaNumber, staysUp } from './observed.ts';

/** What happens to one replica of a service. */
export type ReplicaDecision =
  | Staying<'keep'>
  | Staying<'start'>
  /**
   * The old one is removed, and its name taken over, only when its successor has been created; before that it leaves
   * the networks that have to be made anew.
   */
  | (Replacement<'recreate'> & { readonly leaves: readonly string[] })
  /** The old one removed first: a volume that it mounts must be free before the successor is made. */
  | Replacement<'replace'>
  | { readonly kind: 'create'; readonly number: number; readonly reason: string }
  | { readonly kind: 'remove'; readonly container: ObservedContainer; readonly reason: string };

export interface Staying<Kind> {
  readonly kind: Kind;
  readonly container: ObservedContainer;
  readonly number: number;
  /** What a changed content of its configs and secrets asks for. */
  readonly content?: ContentAct;
}

interface Replacement<Kind extends string> {
  readonly kind: Kind;
  readonly container: ObservedContainer;
  readonly number: number;
  readonly reason: string;
}

export interface ReplicaOptions {
  /** Why a container must be recreated, if it must. */
  readonly recreate: (container: ObservedContainer) => string | undefined;
  /** Why a container must go before its successor is made, if it must. */
  readonly replace: (container: ObservedContainer) => string | undefined;
  /** What a changed content of configs and secrets asks for. */
  readonly content: (container: ObservedContainer) => ContentAct | undefined;
  /** Names of networks that a container must leave, because they are made anew. */
  readonly leave: (container: ObservedContainer) => readonly string[];
}

/** Decides for every container of a service, and for those that are missing, in the order of their numbers. */
export function decideReplicas(
  project: Project,
  service: Service,
  containers: readonly ObservedContainer[],
  options: ReplicaOptions,
): readonly ReplicaDecision[] {
  const { heirs, leftovers } = separateLeftovers(containers);
  const reasons = new Map(heirs.map((container) => [container, options.recreate(container)]));
  const ordered = [...heirs].sort(
    (left, right) =>
      Number(reasons.get(left) !== undefined) - Number(reasons.get(right) !== undefined) ||
      replicaNumber(left) - replicaNumber(right) ||
      left.createdAt - right.createdAt,
  );
  const wanted = replicaCount(service);
  const { first, again } = byNumber(ordered);
  const kept = first.slice(0, wanted);
  const highest = Math.max(0, ...heirs.map(replicaNumber));
  return [
    ...leftovers.map(
      (container): ReplicaDecision => ({
        kind: 'remove',
        container,
        reason: 'an interrupted run left it behind',
      }),
    ),
    ...again.map(
      (container): ReplicaDecision => ({
        kind: 'remove',
        container,
        reason: `there is another container with number ${replicaNumber(container)}`,
      }),
    ),
    ...first.slice(wanted).map(
      (container): ReplicaDecision => ({
        kind: 'remove',
        container,
        reason: `${service.name} is scaled to ${wanted}`,
      }),
    ),
    ...kept
      .map((container) => decideKept(container, reasons.get(container), options))
      .sort((left, right) => left.number - right.number),
    ...Array.from(
      { length: Math.max(0, wanted - kept.length) },
      (_, index): ReplicaDecision => ({
        kind: 'create',
        number: highest + 1 + index,
        reason: createReason(project, service, highest + 1 + index),
      }),
    ),
  ];
}

/** Each number once: other tools, interrupted, may have left two containers that claim to be the same replica. */
function byNumber(containers: readonly ObservedContainer[]): {
  readonly first: readonly ObservedContainer[];
  readonly again: readonly ObservedContainer[];
} {
  const numbers = new Set<number>();
  const again = new Set(
    containers.filter((container) => {
      const number = replicaNumber(container);
      if (numbers.has(number)) return true;
      numbers.add(number);
      return false;
    }),
  );
  return { first: containers.filter((container) => !again.has(container)), again: [...again] };
}

function decideKept(
  container: ObservedContainer,
  recreate: string | undefined,
  options: ReplicaOptions,
): ReplicaDecision & { readonly number: number } {
  const number = replicaNumber(container);
  const replace = options.replace(container);
  if (replace !== undefined) return { kind: 'replace', container, number, reason: replace };
  const leaves = options.leave(container);
  const reason =
    recreate ?? (leaves[0] === undefined ? undefined : `the definition of its network ${leaves[0]} changed`);
  if (reason !== undefined) return { kind: 'recreate', container, number, reason, leaves };
  const content = options.content(container);
  return {
    kind: staysUp(container) ? 'keep' : 'start',
    container,
    number,
    ...(content === undefined ? {} : { content }),
  };
}

/**
 * A replacement that was interrupted leaves a container under a temporary name. While its predecessor exists it is
 * only in the way; when the predecessor is gone it is the heir and takes the name over.
 */
export function separateLeftovers(containers: readonly ObservedContainer[]): {
  readonly heirs: readonly ObservedContainer[];
  readonly leftovers: readonly ObservedContainer[];
} {
  const names = new Set(containers.map((container) => container.name));
  const heirNames = new Set<string>();
  const heirs: ObservedContainer[] = [];
  const leftovers: ObservedContainer[] = [];
  for (const container of containers) {
    const finalName = finalNameOf(container);
    const superfluous = finalName !== container.name && (names.has(finalName) || heirNames.has(finalName));
    heirNames.add(finalName);
    (superfluous ? leftovers : heirs).push(container);
  }
  return { heirs, leftovers };
}

/**
 * The name that a container was meant to take, its own unless a replacement was interrupted:
 * `<first 12 of the predecessor's id>_<final name>`. Names that people chose may look like that too, so what follows
 * must be what the labels lead to.
 */
export function finalNameOf(container: ObservedContainer): string {
  const rest = /^[0-9a-f]{12}_(.+)$/.exec(container.name)?.[1];
  if (rest === undefined) return container.name;
  const project = container.labels[labels.project] ?? '';
  const replica = [container.labels[labels.service] ?? '', container.labels[labels.containerNumber] ?? ''];
  const replaced = container.labels[labels.replace] ?? replica.join('-');
  const finalNames = [replaced, `${project}-${replaced}`, [project, ...replica].join('_')];
  return finalNames.includes(rest) ? rest : container.name;
}

/** What the step is about by which a replica leaves a network. */
export function leaveSubject(service: ServiceName, number: number, network: string): string {
  return `${service}/${number}:${network}`;
}

function createReason(project: Project, service: Service, number: number): string {
  return `there is no container ${containerName(project, service, number)}`;
}
