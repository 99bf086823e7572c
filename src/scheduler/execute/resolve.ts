import { type Project, serviceHash } from '../../compose/index.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { serviceReference } from '../../network/index.ts';
import type { ContainerSpec, NamespaceMode } from '../../runtime/index.ts';
import { type ContainerCreation, containerReference } from '../plan/index.ts';

export interface Resolution {
  readonly project: Project | undefined;
  readonly containerOf: (service: ServiceName) => ContainerId | undefined;
  readonly imageDigest: string | undefined;
}

/** The spec as the driver takes it: services resolved to containers, and the labels that depend on them. */
export function resolveSpec(creation: ContainerCreation, resolution: Resolution): ContainerSpec {
  const spec = resolveReferences(creation.spec, resolution.containerOf);
  return {
    ...spec,
    labels: {
      ...spec.labels,
      [labels.configHash]: creation.hash ?? hashOf(spec, resolution),
      ...(resolution.imageDigest === undefined ? {} : { [labels.image]: resolution.imageDigest }),
    },
  };
}

/** `service:x` becomes the container that stands for x. */
export function resolveReferences(
  spec: ContainerSpec,
  containerOf: Resolution['containerOf'],
): ContainerSpec {
  return {
    ...spec,
    network:
      spec.network.kind === 'container'
        ? { kind: 'container', container: resolveReference(spec.network.container, containerOf) }
        : spec.network,
    ...(spec.ipc === undefined ? {} : { ipc: resolveNamespace(spec.ipc, containerOf) }),
    ...(spec.pid === undefined ? {} : { pid: resolveNamespace(spec.pid, containerOf) }),
    volumesFrom: spec.volumesFrom.map((entry) => resolveReference(entry, containerOf)),
  };
}

function hashOf(spec: ContainerSpec, { project, containerOf }: Resolution): string {
  const service = project?.services.get(spec.service);
  if (service === undefined) throw new Error(`bug in Flotilla: no definition of "${spec.service}" to hash`);
  return serviceHash(service, { resolve: (name) => containerReference(containerOf(name as ServiceName)) });
}

function resolveNamespace(
  mode: NamespaceMode,
  containerOf: (service: ServiceName) => ContainerId | undefined,
): NamespaceMode {
  return mode.kind === 'container'
    ? { kind: 'container', container: resolveReference(mode.container, containerOf) }
    : mode;
}

/** `service:db` or `service:db:ro`; what is no service reference is a container already. */
function resolveReference(
  reference: string,
  containerOf: (service: ServiceName) => ContainerId | undefined,
): string {
  if (!reference.startsWith(serviceReference)) return reference;
  const [service = '', ...rest] = reference.slice(serviceReference.length).split(':');
  const id = containerOf(service as ServiceName);
  if (id === undefined) throw new Error(`bug in Flotilla: "${service}" has no container yet`);
  return [id, ...rest].join(':');
}
