import { ApiError, callEngine } from '../../scripts/lib/engine/api.mjs';

/** What the engine itself says and does behind the back of a command; Docker's is asked without Flotilla's driver. */
export interface DockerHelper {
  /** Any call of the Engine API; its parsed answer. The native engine has none: see onlyOnDocker. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Containers of a project, running or not, by name. */
  containers(project: string): Promise<readonly SeenContainer[]>;
  /** `docker inspect`; undefined when there is no such container. */
  inspect(container: string): Promise<InspectedContainer | undefined>;
  networks(project: string): Promise<readonly string[]>;
  volumes(project: string): Promise<readonly string[]>;
  /** Labels of the project's networks and volumes, by name. */
  labels(project: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** Makes a container that belongs to no project, and does not start it. */
  makeContainer(name: string, image: string): Promise<void>;
  /** Makes a network that belongs to no project. */
  makeNetwork(name: string, subnet: string): Promise<void>;
  restart(container: string): Promise<void>;
  /** Takes it away, a container by force; what is in use or not there stays without an error. */
  remove(what: 'container' | 'network' | 'volume', name: string): Promise<void>;
  /** Takes a container out of a network, if it is in it. */
  disconnect(network: string, container: string): Promise<void>;
  tag(image: string, reference: string): Promise<void>;
  untag(reference: string): Promise<void>;
  /** Removes everything that carries the project's label. */
  removeProject(project: string): Promise<void>;
}

export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** `running`, `exited`, `created`, … */
  readonly state: string;
  /** For people: `Up 3 seconds (healthy)`. */
  readonly status: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
}

interface PublishedPort {
  readonly address: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: string;
}

/** The parts of an inspection that tests read; `raw` has the rest. */
interface InspectedContainer {
  readonly id: string;
  readonly state: string;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly health: string | undefined;
  readonly networks: readonly string[];
  /** Restarts by its policy. */
  readonly restartCount: number;
  /** Of its process: `NAME=value`. */
  readonly environment: readonly string[];
  /** Docker's whole answer; empty on the native engine. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const projectLabel = 'com.docker.compose.project';

export function dockerHelper(host: string): DockerHelper {
  const call = (method: string, path: string, body?: unknown) =>
    callEngine(host, method, path, body === undefined ? {} : { body });

  const containers = async (project: string) => {
    const list: RawContainer[] = await call('GET', `/containers/json?all=1&${labelled(project)}`);
    return list.map(seenContainer).sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const networks = async (project: string) => {
    const list: { readonly Name: string }[] = await call('GET', `/networks?${labelled(project)}`);
    return list.map(({ Name }) => Name).sort();
  };
  const volumes = async (project: string) => {
    const answer: { readonly Volumes: { readonly Name: string }[] | null } = await call(
      'GET',
      `/volumes?${labelled(project)}`,
    );
    return (answer.Volumes ?? []).map(({ Name }) => Name).sort();
  };

  return {
    call,
    containers,
    networks,
    volumes,
    labels: async (project) => {
      const networks: readonly Labelled[] = await call('GET', `/networks?${labelled(project)}`);
      const { Volumes }: { readonly Volumes: readonly Labelled[] | null } = await call(
        'GET',
        `/volumes?${labelled(project)}`,
      );
      return Object.fromEntries([...networks, ...(Volumes ?? [])].map(({ Name, Labels }) => [Name, Labels]));
    },
    makeContainer: async (name, Image) =>
      void (await call('POST', `/containers/create?name=${name}`, { Image })),
    makeNetwork: async (Name, Subnet) =>
      void (await call('POST', '/networks/create', { Name, IPAM: { Config: [{ Subnet }] } })),
    restart: async (container) => void (await call('POST', `/containers/${container}/restart`)),
    remove: async (what, name) => {
      await call('DELETE', `/${what}s/${name}${what === 'container' ? '?force=1' : ''}`).catch(() => {});
    },
    disconnect: async (network, Container) => {
      await call('POST', `/networks/${network}/disconnect`, { Container, Force: true }).catch(() => {});
    },
    tag: async (image, reference) => {
      const colon = reference.lastIndexOf(':');
      const [repo, version] = [reference.slice(0, colon), reference.slice(colon + 1)];
      await call('POST', `/images/${image}/tag?repo=${repo}&tag=${version}`);
    },
    untag: async (reference) => void (await call('DELETE', `/images/${reference}`)),
    inspect: async (container) => {
      const raw: RawInspection | undefined = await unlessMissing(
        call('GET', `/containers/${container}/json`),
      );
      return raw && inspected(raw);
    },
    removeProject: async (project) => {
      const found = await containers(project);
      const remove = (path: string) => unlessMissing(call('DELETE', path));
      await Promise.all(found.map(({ id }) => remove(`/containers/${id}?force=1&v=1`)));
      await Promise.all((await networks(project)).map((name) => removeNetwork(call, name)));
      await Promise.all((await volumes(project)).map((name) => remove(`/volumes/${name}?force=1`)));
    },
  };
}

/** Engines may keep the endpoint of a container that was removed while it started; then it is taken out by force. */
async function removeNetwork(call: DockerHelper['call'], name: string): Promise<void> {
  try {
    await unlessMissing(call('DELETE', `/networks/${name}`));
  } catch (error) {
    if (!(error instanceof ApiError) || !error.message.includes('active endpoints')) throw error;
    const network = (await call('GET', `/networks/${name}`)) as { readonly Containers?: object };
    for (const id of Object.keys(network.Containers ?? {})) {
      const Container = id.replace(/^ep-/, '');
      await call('POST', `/networks/${name}/disconnect`, { Container, Force: true }).catch(() => {});
    }
    await unlessMissing(call('DELETE', `/networks/${name}`));
  }
}

function labelled(project: string): string {
  return `filters=${encodeURIComponent(JSON.stringify({ label: [`${projectLabel}=${project}`] }))}`;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // 409: another removal of it is under way.
    if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
    throw error;
  }
}

interface RawContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly State: string;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly { IP?: string; PublicPort?: number; PrivatePort: number; Type: string }[];
}

/** Sorted: an engine lists the ports of a container in any order, another one at each call. */
export function inOrder(ports: SeenContainer['ports']): SeenContainer['ports'] {
  const key = ({ target, published, address, protocol }: SeenContainer['ports'][number]) =>
    [target, published].map((port) => String(port).padStart(5, '0')).join() + address + protocol;
  return [...ports].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function seenContainer(raw: RawContainer): SeenContainer {
  return {
    id: raw.Id,
    name: (raw.Names[0] ?? '').slice(1),
    service: raw.Labels['com.docker.compose.service'] ?? '',
    state: raw.State,
    status: raw.Status,
    image: raw.Image,
    labels: raw.Labels,
    ports: inOrder(
      raw.Ports.flatMap((port) =>
        port.PublicPort === undefined
          ? []
          : [
              {
                address: port.IP ?? '',
                published: port.PublicPort,
                target: port.PrivatePort,
                protocol: port.Type,
              },
            ],
      ),
    ),
  };
}

interface Labelled {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
}

interface RawInspection extends Readonly<Record<string, unknown>> {
  readonly Id: string;
  readonly RestartCount: number;
  readonly Config: { readonly Env: readonly string[] };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

function inspected(raw: RawInspection): InspectedContainer {
  return {
    id: raw.Id,
    state: raw.State.Status,
    exitCode: raw.State.ExitCode,
    startedAt: raw.State.StartedAt,
    health: raw.State.Health?.Status,
    networks: Object.keys(raw.NetworkSettings.Networks).sort(),
    restartCount: raw.RestartCount,
    environment: raw.Config.Env,
    raw,
  };
}
