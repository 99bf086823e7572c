import { type FileContents, type Project, type Service, serviceHash } from '../../compose/index.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { definitionChanges, type FieldChange, formatChange } from '../desired/index.ts';
import { contentAct } from './content.ts';
import { isOneOff, replicaNumber, serviceOf } from './observed.ts';
import { recreatePolicyOf, type UpPolicy } from './up-input.ts';

export interface RecreateContext {
  readonly project: Project;
  readonly observed: ObservedState;
  readonly policy: UpPolicy;
  readonly contents?: FileContents;
  readonly representatives: Representatives;
  /** The hash of a container that is made now; computed once for each service. */
  readonly hashOf: (service: Service) => string;
  /** Services whose containers this plan replaces, as far as they are decided. */
  readonly replaced: ReadonlySet<ServiceName>;
  readonly awaiting?: ReadonlySet<ServiceName>;
}

/**
 * Why a container must be replaced, or undefined when it may stay. The rules and their order are docker compose's,
 * so that taking turns with it replaces nothing.
 */
export function recreateReason(
  context: RecreateContext,
  service: Service,
  container: ObservedContainer,
): string | undefined {
  const { project, policy } = context;
  const recreate = recreatePolicyOf(policy, service.name);
  if (recreate === 'never') return undefined;
  if (recreate === 'force') return 'recreation was asked for';
  const parent = serviceParents(service).find((name) => context.replaced.has(name));
  if (parent !== undefined) return `it shares namespaces or volumes with "${parent}", which is recreated`;
  if (!isUnchanged(context, service, container)) return changeReason(context, service, container);
  return (
    imageReason(context, imageName(project, service), container) ??
    networkReason(context, service, container) ??
    volumeReason(project, service, container) ??
    contentReason(context, service, container)
  );
}

function contentReason(
  context: RecreateContext,
  service: Service,
  container: ObservedContainer,
): string | undefined {
  const act = contentAct(context, service, container);
  return act?.kind === 'recreate' ? act.reason : undefined;
}

/** How many changes a reason names; `why` tells all. */
const namedChanges = 2;
const shownLength = 60;

function changeReason(
  { project, awaiting }: RecreateContext,
  service: Service,
  container: ObservedContainer,
): string {
  const all = definitionChanges(container.labels[labels.definition], project, service) ?? [];
  const changes = awaiting?.has(service.name) ? all.filter((change) => !isAwaited(change)) : all;
  if (changes.length === 0) return 'its configuration changed';
  const named = changes
    .slice(0, namedChanges)
    .map((change) => formatChange(change, shownLength))
    .join(', ');
  return changes.length > namedChanges ? `${named} and ${changes.length - namedChanges} more` : named;
}

/** Services whose namespaces or volumes this one uses: it holds on to their containers, not to their names. */
export function serviceParents(service: Service): readonly ServiceName[] {
  const { network_mode, ipc, pid, volumes_from } = service;
  if ((network_mode ?? ipc ?? pid) === undefined && volumes_from === undefined) return [];
  const namespaces = [network_mode, ipc, pid]
    .filter((mode) => mode?.startsWith('service:') === true)
    .map((mode) => (mode ?? '').slice('service:'.length));
  const volumes = (volumes_from ?? [])
    .filter((entry) => !entry.startsWith('container:'))
    .map((entry) => entry.split(':')[0] ?? '');
  return [...new Set([...namespaces, ...volumes])] as ServiceName[];
}

/** The hash that a container made now would carry, with references resolved to the containers that are there. */
export function currentHash(
  service: Service,
  representatives: Representatives,
  dialect: 'v2' | 'v5' = 'v5',
): string {
  return serviceHash(service, {
    dialect,
    resolve: (name) => containerReference(representatives.get(name as ServiceName)?.id),
  });
}

/** Containers that docker compose 2.x made carry its hash of the same definition: no reason to replace them. */
function isUnchanged(
  { project, representatives, hashOf, awaiting }: RecreateContext,
  service: Service,
  container: ObservedContainer,
): boolean {
  if (awaiting?.has(service.name)) {
    const changes = definitionChanges(container.labels[labels.definition], project, service) ?? [];
    return changes.every(isAwaited);
  }
  const hash = container.labels[labels.configHash];
  if (hash === hashOf(service)) return true;
  const isOurs = container.labels[labels.definition] !== undefined;
  return !isOurs && hash === currentHash(service, representatives, 'v2');
}

/** A variable that the container has and the file has not: a provider or a model will say it again. */
function isAwaited({ place, after }: FieldChange): boolean {
  return place[0] === 'environment' && after === undefined;
}

/** How the hash names a container that a service refers to. */
export function containerReference(id: ContainerId | undefined): string | undefined {
  return id === undefined ? undefined : `container:${id}`;
}

/** The replica that stands for a service where one container is meant: the lowest-numbered one. */
export type Representatives = ReadonlyMap<ServiceName, ObservedContainer>;

export function representativesOf({ containers }: ObservedState): Representatives {
  const lowest = new Map<ServiceName, ObservedContainer>();
  for (const container of containers) {
    const service = serviceOf(container);
    if (service === undefined || isOneOff(container)) continue;
    const other = lowest.get(service);
    if (other === undefined || replicaNumber(container) < replicaNumber(other)) {
      lowest.set(service, container);
    }
  }
  return lowest;
}

function imageReason(
  { observed }: RecreateContext,
  image: string,
  container: ObservedContainer,
): string | undefined {
  const digest = observed.images.get(image)?.digest;
  return digest === undefined || digest === container.labels[labels.image]
    ? undefined
    : `its image ${image} changed`;
}

/** Unlike docker compose also for stopped containers: the engine cannot start one whose network was replaced. */
function networkReason(
  { project, observed }: RecreateContext,
  service: Service,
  container: ObservedContainer,
): string | undefined {
  for (const key of service.networks?.keys() ?? []) {
    const wanted = project.networks.get(key)?.name ?? key;
    // An external network may be named by its id.
    const network = observed.networks.find(({ name, id }) => name === wanted || id === wanted);
    const name = network?.name ?? wanted;
    const endpoint = container.networks.find((candidate) => candidate.network === name);
    if (endpoint === undefined) return `it is not attached to the network ${name}`;
    if (endpoint.networkId !== undefined && endpoint.networkId !== network?.id) {
      return `the network ${name} is not the one that it was attached to`;
    }
  }
  return undefined;
}

function volumeReason(project: Project, service: Service, container: ObservedContainer): string | undefined {
  for (const volume of service.volumes ?? []) {
    if (volume.type !== 'volume' || volume.source === undefined) continue;
    const name = project.volumes.get(volume.source)?.name ?? volume.source;
    if (!container.mounts.some((mount) => mount.kind === 'volume' && mount.name === name)) {
      return `the volume ${name} is not mounted`;
    }
  }
  return undefined;
}
