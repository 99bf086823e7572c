import type { Project, Service } from '../../../../src/compose/index.ts';
import { containerId, projectName, type ServiceName, serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ObservedImage } from '../../../../src/images/index.ts';
import type { ObservedContainer, ObservedState } from '../../../../src/runtime/index.ts';
import { defaultUpPolicy } from '../../../../src/scheduler/api/up.ts';
import { resolveSpec } from '../../../../src/scheduler/execute/resolve.ts';
import {
  type ContainerRef,
  formatPlan,
  type Plan,
  planUp,
  type UpPolicy,
} from '../../../../src/scheduler/plan/index.ts';

type ServiceSketch = Partial<Omit<Service, 'depends_on' | 'networks'>> & {
  readonly depends_on?: Readonly<
    Record<string, Partial<{ condition: string; restart: boolean; required: boolean }>>
  >;
  readonly networks?: readonly string[];
};

/** A normalised project from a few words; every service runs `busybox` in the network `default` unless it says otherwise. */
export function sketch(
  services: Readonly<Record<string, ServiceSketch>>,
  more: Partial<
    Pick<Project, 'networks' | 'volumes' | 'disabledServices' | 'configs' | 'secrets' | 'environment'>
  > = {},
): Project {
  return {
    name: projectName('shop'),
    workingDir: '/shop',
    configFiles: ['/shop/compose.yaml'],
    environmentFiles: [],
    environment: new Map(),
    profiles: [],
    services: new Map(
      Object.entries(services).map(([name, service]) => [serviceName(name), fill(name, service)]),
    ),
    disabledServices: new Map(),
    networks: new Map([['default', { name: 'shop_default', ipam: {} }]]),
    volumes: new Map(),
    configs: new Map(),
    secrets: new Map(),
    models: new Map(),
    extensions: new Map(),
    ...more,
  };
}

function fill(name: string, { depends_on, networks, ...rest }: ServiceSketch): Service {
  return {
    name: serviceName(name),
    image: 'busybox',
    command: null,
    entrypoint: null,
    ...(rest.network_mode === undefined
      ? { networks: new Map((networks ?? ['default']).map((key) => [key, null])) }
      : {}),
    ...(depends_on === undefined
      ? {}
      : {
          depends_on: new Map(
            Object.entries(depends_on).map(([key, value]) => [
              serviceName(key),
              { condition: 'service_started', required: true, ...value } as never,
            ]),
          ),
        }),
    ...rest,
  } as Service;
}

export function emptyWorld(...images: readonly string[]): ObservedState {
  return {
    containers: [],
    networks: [],
    volumes: [],
    images: new Map(['busybox', ...images].map((name) => [name, observedImage(name)])),
  };
}

export function observedImage(name: string, digest = `sha256:${name}`): ObservedImage {
  return {
    digest,
    id: digest,
    tags: [name],
    repoDigests: [],
    volumes: [],
    hasHealthcheck: false,
    labels: {},
  };
}

export function plan(
  project: Project,
  observed: ObservedState,
  policy: Partial<UpPolicy> = {},
  now = 0,
): Plan {
  return planUp({
    project,
    observed,
    now,
    policy: { ...defaultUpPolicy, ...policy },
    locate: () => undefined,
  });
}

/** The plan as text, with its leading newline for inline snapshots. */
export function planText(project: Project, observed: ObservedState, policy: Partial<UpPolicy> = {}): string {
  return `\n${formatPlan(plan(project, observed, policy))}`;
}

/** What the engine shows after every step of the plan succeeded, as far as planning looks at it. */
export function afterwards(project: Project, observed: ObservedState, steps: Plan): ObservedState {
  const containers = new Map(observed.containers.map((container) => [container.id as string, container]));
  const networks = new Map(observed.networks.map((network) => [network.name, network]));
  const volumes = new Map(observed.volumes.map((volume) => [volume.name, volume]));
  const images = new Map(observed.images);
  const made = new Map<string, string>();
  let serial = Math.max(0, ...observed.containers.map((container) => Number.parseInt(container.id, 16)));
  const find = (reference: ContainerRef): ObservedContainer => {
    const id = reference.kind === 'existing' ? reference.id : made.get(reference.by);
    const container = containers.get(id ?? '');
    if (container === undefined) throw new Error(`the plan uses ${reference.name}, which does not exist`);
    return container;
  };
  const put = (container: ObservedContainer): void => {
    containers.set(container.id, container);
  };
  for (const step of inOrder(steps)) {
    switch (step.kind) {
      case 'network.create':
        networks.set(step.input.spec.name, {
          id: `net-${step.input.spec.name}-${step.input.spec.hash.slice(0, 4)}`,
          name: step.input.spec.name,
          driver: 'bridge',
          labels: step.input.spec.labels,
        });
        break;
      case 'network.remove':
        for (const { id, name } of [...networks.values()]) if (id === step.input.name) networks.delete(name);
        break;
      case 'volume.create':
      case 'volume.fill':
        volumes.set(step.input.spec.name, { ...step.input.spec });
        break;
      case 'volume.remove':
        volumes.delete(step.input.name);
        break;
      case 'image.pull':
        images.set(step.input.reference, observedImage(step.input.reference));
        break;
      case 'image.build':
        for (const tag of step.input.spec.tags) images.set(tag, observedImage(tag));
        break;
      case 'container.create': {
        serial += 1;
        const id = containerId(serial.toString(16).padStart(64, '0'));
        const spec = resolveSpec(step.input, {
          project,
          imageDigest: images.get(step.input.spec.image)?.digest,
          containerOf: (service) => representative([...containers.values()], service),
        });
        made.set(step.id, id);
        put({
          id,
          name: step.input.as,
          image: spec.image,
          imageId: '',
          command: '',
          labels: spec.labels,
          state: 'created',
          health: 'none',
          status: 'Created',
          createdAt: serial,
          networks:
            spec.network.kind === 'networks'
              ? spec.network.endpoints.map((endpoint) => ({ network: endpoint.network }))
              : [],
          mounts: spec.mounts.map((mount) => ({
            kind: mount.kind,
            target: mount.target,
            ...(mount.kind === 'volume' ? { name: mount.name ?? `anonymous-${serial}` } : {}),
          })),
          ports: [],
        });
        break;
      }
      case 'container.start': {
        const container = find(step.input.container);
        put({
          ...container,
          state: 'running',
          networks: container.networks.map(({ network }) => ({
            network,
            networkId: networks.get(network)?.id ?? 'gone',
          })),
        });
        break;
      }
      case 'container.stop':
        put({ ...find(step.input.container), state: 'exited', exitCode: 0 });
        break;
      case 'container.remove':
        containers.delete(find(step.input.container).id);
        break;
      case 'network.disconnect': {
        const container = find(step.input.container);
        put({
          ...container,
          networks: container.networks.filter(
            ({ network, networkId }) =>
              ![network, networkId, networks.get(network)?.id].includes(step.input.network),
          ),
        });
        break;
      }
      case 'container.rename':
        put({ ...find(step.input.container), name: step.input.name });
        break;
      case 'container.signal':
        break;
      case 'container.wait': {
        const container = find(step.input.container);
        if (step.input.until === 'healthy') put({ ...container, health: 'healthy' });
        break;
      }
      case 'hook.exec':
      case 'hook.run':
        // They change nothing that planning looks at.
        break;
      default:
        throw new Error(`the simulation does not know ${step.kind}`);
    }
  }
  return {
    containers: [...containers.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    networks: [...networks.values()],
    volumes: [...volumes.values()],
    images,
  };
}

/** The steps in an order in which a run could carry them out; throws when there is none. */
function inOrder(plan: Plan): Plan['steps'] {
  const done = new Set<string>();
  const left = [...plan.steps];
  const order: Plan['steps'][number][] = [];
  while (left.length > 0) {
    const index = left.findIndex((step) => [...step.needs, ...step.after].every((id) => done.has(id)));
    const [next] = index < 0 ? [] : left.splice(index, 1);
    if (next === undefined)
      throw new Error(`these steps wait for each other: ${left.map((step) => step.id).join(', ')}`);
    done.add(next.id);
    order.push(next);
  }
  return order;
}

function representative(containers: readonly ObservedContainer[], service: ServiceName) {
  return containers
    .filter((container) => container.labels[labels.service] === service)
    .sort(
      (left, right) =>
        Number(left.labels[labels.containerNumber]) - Number(right.labels[labels.containerNumber]) ||
        right.createdAt - left.createdAt,
    )[0]?.id;
}
