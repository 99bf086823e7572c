import { FlotillaError } from '../../../core/error.ts';
import { type ContainerId, containerId } from '../../../core/ids.ts';
import { labels } from '../../../core/labels.ts';
import { quote } from '../../../core/text.ts';
import type { PublishedPort } from '../../../network/index.ts';
import { listeningProcesses } from '../../listening-processes.ts';
import type { PortHolder } from '../../observed.ts';
import type { Networks } from '../parts.ts';
import type { Context } from './context.ts';
import { publishingAddresses } from './firewall.ts';
import { ephemeralPorts, isPortFree } from './host-ports.ts';
import type { Built } from './ledger.ts';
import type { Settled } from './plumbing.ts';
import { choosePorts, PortTakenError } from './ports.ts';
import type { Books, NetworkState, OpenPort, RunningState } from './state.ts';

interface Verbs extends Pick<Networks, 'unpublish' | 'ports' | 'portHolders'> {
  /** As `Networks.publish`, which also tells what other firewalls refuse. */
  publish(...request: Parameters<Networks['publish']>): Promise<void>;
}

/** Which containers run, and their ports. `settle` gives a container what it waited for, before it runs. */
export function portTasks(
  context: Context,
  settle: (books: Books, built: Built, id: string) => Promise<Settled>,
): Verbs {
  const { ledger } = context;
  return {
    async publish(id, ports, signal) {
      signal?.throwIfAborted();
      await ledger.change(async (books, built) => {
        const settled = await settle(books, built, id);
        const state = settled.state ?? books.state;
        const open = await openPorts(context, { ...books, state }, id, ports);
        const before = books.running.containers[id];
        return {
          ...settled,
          value: undefined,
          running: withRun(books.running, id, { ports: open }),
          firewall: open.length > 0 || (before?.ports.length ?? 0) > 0 ? 'now' : 'settled',
          undo: (current: Books) => ({ ...current, running: withoutRun(current.running, id) }),
        };
      }, signal);
    },

    unpublish: (id) =>
      ledger.change(({ running }) => {
        const open = running.containers[id];
        if (open === undefined) return { value: undefined };
        return {
          value: undefined,
          running: withoutRun(running, id),
          ...(open.ports.length > 0 ? { firewall: 'now' as const } : {}),
        };
      }),

    async ports(id) {
      const { state, running } = ledger.read();
      return (running.containers[id]?.ports ?? []).flatMap((port) => shownPorts(state, id, port));
    },

    async portHolders(ports) {
      const { state, running } = ledger.read();
      const containers = Object.entries(running.containers).flatMap(([id, run]) =>
        run.ports
          .filter(({ published }) => ports.includes(published))
          .map((port) => containerHolder(state, id, port)),
      );
      const taken = new Set(containers.map(({ port }) => port));
      const processes = await listeningProcesses(ports.filter((port) => !taken.has(port)));
      return [...containers, ...processes];
    },
  };
}

async function openPorts(
  { libc, random }: Context,
  { state, running }: Books,
  id: ContainerId,
  ports: readonly PublishedPort[],
): Promise<readonly OpenPort[]> {
  if (ports.length === 0) return [];
  const container = state.containers[id]?.name ?? id.slice(0, 12);
  const addresses = publishingAddresses(state, id);
  const bindAddress = state.networks.find(({ id: network }) => network === addresses.networkId)?.bindAddress;
  const taken = Object.entries(running.containers)
    .filter(([other]) => other !== id)
    .flatMap(([other, run]) =>
      run.ports.map((port) => ({ ...port, holder: state.containers[other]?.name ?? other })),
    );
  try {
    return choosePorts(ports, {
      container,
      addresses,
      taken,
      isFree: (port) => isFree(port, container, () => isPortFree(libc, port)),
      ephemeral: ephemeralPorts(),
      random,
      ...(bindAddress === undefined ? {} : { bindAddress }),
    });
  } catch (error) {
    throw error instanceof PortTakenError ? await portInUse(container, error) : error;
  }
}

function isFree({ hostIp, published }: OpenPort, container: string, look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    throw new FlotillaError(
      'engine.request',
      `cannot publish port ${published} of container ${quote(container)}: ${hostIp ?? '0.0.0.0'} is no address of this host`,
      { cause: error },
    );
  }
}

async function portInUse(container: string, { port, holder }: PortTakenError): Promise<FlotillaError> {
  const found = holder === undefined ? await listeningProcesses([port.published]) : [];
  const process = found.find(({ protocol }) => protocol === port.protocol)?.holder;
  const known = process?.kind === 'process' && process.name !== undefined ? process : undefined;
  const by =
    holder !== undefined
      ? ` by container ${holder}`
      : known === undefined
        ? ''
        : ` by ${known.name} (process ${known.pid})`;
  return new FlotillaError(
    'engine.port-in-use',
    `cannot start container ${quote(container)}: port ${port.published} is already in use${by}`,
    { hint: `Stop what listens on port ${port.published} of the engine's host, or publish another port.` },
  );
}

/** As docker shows them: what is open everywhere is named once for each family. */
function shownPorts(state: NetworkState, id: string, port: OpenPort): readonly OpenPort[] {
  if (port.hostIp !== undefined) return [port];
  const { ipv4, ipv6 } = publishingAddresses(state, id);
  return [
    ...(ipv4 === undefined ? [] : [{ ...port, hostIp: '0.0.0.0' }]),
    // Without an address of that family, a proxy leads there.
    ...(ipv6 === undefined && port.protocol !== 'tcp' ? [] : [{ ...port, hostIp: '::' }]),
  ];
}

function containerHolder(
  state: NetworkState,
  id: string,
  { published, protocol, hostIp }: OpenPort,
): PortHolder {
  return {
    port: published,
    protocol,
    ...(hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::' ? {} : { hostIp }),
    holder: {
      kind: 'container',
      id: containerId(id),
      name: state.containers[id]?.name ?? id,
      labels: { [labels.project]: state.containers[id]?.project ?? '' },
    },
  };
}

function withRun(
  running: RunningState,
  id: ContainerId,
  run: RunningState['containers'][string],
): RunningState {
  return { ...running, containers: { ...running.containers, [id]: run } };
}

function withoutRun(running: RunningState, id: ContainerId): RunningState {
  const { [id]: _, ...containers } = running.containers;
  return { ...running, containers };
}
