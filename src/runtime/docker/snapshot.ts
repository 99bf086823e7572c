import { containerId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import { compareBytes } from '../../core/text.ts';
import type { ObservedImage } from '../../images/index.ts';
import type { ObservedNetwork } from '../../network/index.ts';
import type { ObservedMount, ObservedVolume } from '../../volumes/index.ts';
import type {
  ObservedContainer,
  ObservedEndpoint,
  ObservedPort,
  ObservedState,
  SnapshotQuery,
} from '../observed.ts';
import { apiPath, type EngineClient } from './client.ts';
import { findContainer, healthOf } from './details.ts';
import { isRefused } from './failure.ts';
import { inspectImage } from './images.ts';
import { observedNetwork } from './networks.ts';
import { findPortHolders } from './port-holders.ts';
import { containerState, readStatus, type StatusFacts } from './status-text.ts';
import { observedVolume } from './volumes.ts';
import type { ContainerSummaryBody, MountBody, NetworkBody, PortBody, VolumeBody } from './wire.ts';

/** A handful of calls side by side; what a name asked for comes beside what the project's label finds. */
export async function takeSnapshot(
  client: EngineClient,
  query: SnapshotQuery,
  signal?: AbortSignal,
): Promise<ObservedState> {
  // One failure ends the others: their answers are of no use then.
  const calls = linkedAbort(signal);
  try {
    if (query.only === 'containers') {
      return {
        containers: await listContainers(client, query, calls.signal),
        networks: [],
        volumes: [],
        images: new Map(),
      };
    }
    const { hostPorts } = query;
    const [containers, networks, volumes, images, portHolders] = await Promise.all([
      listContainers(client, query, calls.signal),
      listNetworks(client, query, calls.signal),
      listVolumes(client, query, calls.signal),
      listImages(client, query, calls.signal),
      hostPorts === undefined || hostPorts.length === 0
        ? []
        : findPortHolders(client, hostPorts, calls.signal),
    ]);
    return {
      containers: withNetworkIds(containers, networks),
      networks,
      volumes,
      images,
      ...(hostPorts === undefined ? {} : { portHolders }),
    };
  } catch (error) {
    calls.abort(error);
    throw signal?.aborted ? signal.reason : error;
  } finally {
    calls.dispose();
  }
}

/** Podman gives the name of a container's network where its id belongs. */
function withNetworkIds(
  containers: readonly ObservedContainer[],
  networks: readonly ObservedNetwork[],
): readonly ObservedContainer[] {
  const ids = new Map(networks.map(({ name, id }) => [name, id]));
  const repaired = (endpoint: ObservedEndpoint): ObservedEndpoint => {
    const id = endpoint.networkId === endpoint.network ? ids.get(endpoint.network) : undefined;
    return id === undefined ? endpoint : { ...endpoint, networkId: id };
  };
  return containers.map((container) => ({ ...container, networks: container.networks.map(repaired) }));
}

function listContainers(
  client: EngineClient,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<readonly ObservedContainer[]> {
  const task = `list the containers of project "${query.project}"`;
  return observeAll(client, { filters: ofProject(query) }, task, signal);
}

/** Of all projects and of none. */
export function listAllContainers(
  client: EngineClient,
  signal: AbortSignal | undefined,
): Promise<readonly ObservedContainer[]> {
  return observeAll(client, {}, 'list containers', signal);
}

async function observeAll(
  client: EngineClient,
  query: { readonly filters?: string },
  task: string,
  signal: AbortSignal | undefined,
): Promise<readonly ObservedContainer[]> {
  const bodies = await client.json<readonly ContainerSummaryBody[]>(
    { method: 'GET', path: '/containers/json', query: { all: true, ...query }, task },
    signal,
  );
  const containers = await Promise.all(bodies.map((body) => observeContainer(client, body, signal)));
  return containers
    .filter((container) => container !== undefined)
    .sort((left, right) => compareBytes(left.name, right.name));
}

/** Undefined for a container that went away while it was looked at. */
export async function observeContainer(
  client: EngineClient,
  body: ContainerSummaryBody,
  signal: AbortSignal | undefined,
): Promise<ObservedContainer | undefined> {
  const state = containerState(body.State);
  const status = body.Status ?? '';
  // Podman's sentence does not speak of health.
  const read = client.isPodman && state === 'running' ? undefined : readStatus(state, status);
  const facts = read ?? (await inspectFacts(client, body.Id, signal));
  if (facts === undefined) return undefined;
  return {
    id: containerId(body.Id),
    name: primaryName(body.Names ?? []),
    image: body.Image ?? '',
    imageId: body.ImageID ?? '',
    command: body.Command ?? '',
    labels: body.Labels ?? {},
    state,
    health: facts.health,
    ...(facts.exitCode === undefined ? {} : { exitCode: facts.exitCode }),
    status,
    createdAt: body.Created ?? 0,
    networks: Object.entries(body.NetworkSettings?.Networks ?? {}).map(([network, endpoint]) => ({
      network,
      ...(endpoint.NetworkID ? { networkId: endpoint.NetworkID } : {}),
      ...(endpoint.IPAddress ? { ipv4Address: endpoint.IPAddress } : {}),
    })),
    mounts: (body.Mounts ?? []).map(observedMount),
    ports: (body.Ports ?? []).map(observedPort),
  };
}

async function inspectFacts(
  client: EngineClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<StatusFacts | undefined> {
  const body = await findContainer(client, id, signal);
  if (body === undefined) return undefined;
  const state = containerState(body.State?.Status);
  const ended = state === 'exited' || state === 'dead' || state === 'restarting';
  return {
    health: state === 'running' || state === 'paused' ? healthOf(body) : 'none',
    ...(ended ? { exitCode: body.State?.ExitCode ?? 0 } : {}),
  };
}

/** Legacy links add names such as `/web/db`; the container's own has no second slash. */
function primaryName(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return own.replace(/^\//, '');
}

function observedMount(body: MountBody): ObservedMount {
  const kind = body.Type;
  return {
    kind: kind === 'bind' || kind === 'volume' || kind === 'tmpfs' || kind === 'image' ? kind : 'other',
    ...(body.Name ? { name: body.Name } : {}),
    ...(body.Source ? { source: body.Source } : {}),
    target: body.Destination ?? '',
  };
}

function observedPort(body: PortBody): ObservedPort {
  return {
    target: body.PrivatePort,
    protocol: body.Type ?? 'tcp',
    ...(body.IP ? { hostIp: body.IP } : {}),
    ...(body.PublicPort ? { published: body.PublicPort } : {}),
  };
}

async function listNetworks(
  client: EngineClient,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<readonly ObservedNetwork[]> {
  const list = (filters: string) =>
    client.json<readonly NetworkBody[]>(
      { method: 'GET', path: '/networks', query: { filters }, task: 'list networks' },
      signal,
    );
  const [ours, named, ...byId] = await Promise.all([
    list(ofProject(query)),
    query.networks.length === 0 ? [] : list(JSON.stringify({ name: query.networks })),
    ...query.networks.filter(isFullId).map((id) => networkById(client, id, signal)),
  ]);
  const wanted = new Set(query.networks);
  const found = [...ours, ...named.filter(({ Name }) => wanted.has(Name)), ...byId.flat()];
  const unique = new Map(found.map((body) => [body.Id, observedNetwork(body)]));
  return [...unique.values()].sort(
    (left, right) => compareBytes(left.name, right.name) || compareBytes(left.id, right.id),
  );
}

/** An external network may be given by its id, which the name filter does not find. */
async function networkById(
  client: EngineClient,
  id: string,
  signal: AbortSignal,
): Promise<readonly NetworkBody[]> {
  try {
    return [
      await client.json<NetworkBody>(
        { method: 'GET', path: apiPath`/networks/${id}`, task: `inspect network "${id}"` },
        signal,
      ),
    ];
  } catch (error) {
    if (isRefused(error, 404)) return [];
    throw error;
  }
}

async function listVolumes(
  client: EngineClient,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<readonly ObservedVolume[]> {
  const list = async (filters: string) => {
    const reply = await client.json<{ readonly Volumes?: readonly VolumeBody[] | null }>(
      { method: 'GET', path: '/volumes', query: { filters }, task: 'list volumes' },
      signal,
    );
    return reply.Volumes ?? [];
  };
  const [ours, named] = await Promise.all([
    list(ofProject(query)),
    query.volumes.length === 0 ? [] : list(JSON.stringify({ name: query.volumes })),
  ]);
  const wanted = new Set(query.volumes);
  const found = [...ours, ...named.filter(({ Name }) => wanted.has(Name))];
  const unique = new Map(found.map((body) => [body.Name, observedVolume(body)]));
  return [...unique.values()].sort((left, right) => compareBytes(left.name, right.name));
}

async function listImages(
  client: EngineClient,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ObservedImage>> {
  const references = [...new Set(query.images)];
  const images = await Promise.all(references.map((reference) => inspectImage(client, reference, signal)));
  const found = new Map<string, ObservedImage>();
  for (const [index, reference] of references.entries()) {
    const image = images[index]?.observed;
    if (image !== undefined) found.set(reference, image);
  }
  return found;
}

function ofProject(query: SnapshotQuery): string {
  return JSON.stringify({ label: [`${labels.project}=${query.project}`] });
}

function isFullId(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
