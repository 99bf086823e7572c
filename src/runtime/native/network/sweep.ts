import { setTimeout as pause } from 'node:timers/promises';
import type { Leftover } from '../../housekeeping.ts';
import type { Networks } from '../parts.ts';
import { namesIn } from '../system/names-in.ts';
import { endIdleBridge } from './bridge.ts';
import type { Context } from './context.ts';
import { devicePrefix } from './firewall.ts';
import type { Firewall, FirewallTraces } from './firewall-command.ts';
import type { Deed } from './ledger.ts';
import { hostNamespace } from './links.ts';
import type { plumbTasks } from './plumbing.ts';
import type { Books, NetworkState } from './state.ts';

interface Parts {
  readonly firewall: Firewall;
  readonly plumbing: Pick<ReturnType<typeof plumbTasks>, 'namespaceOf' | 'endBridge'>;
}

/** How long a device without a network may be on its way out, and how often is looked whether it is gone. */
const kernelMs = 2000;
const lookAgainMs = 20;

/** What killed commands have left of networks. Under the lock of the books nobody is in the middle of anything. */
export function createSweep(context: Context, { firewall, plumbing }: Parts): Networks['sweep'] {
  const { root, machine, places, ledger } = context;

  const devicesHere = (): readonly string[] =>
    namesIn('/sys/class/net').filter((name) => name.startsWith(devicePrefix(root.tag)));

  /** The kernel takes the devices of a namespace away in its own time, when that has gone. */
  const awaitKernel = async (): Promise<void> => {
    for (let waitedMs = 0; waitedMs < kernelMs; waitedMs += lookAgainMs) {
      const ours = new Set(ledger.read().state.networks.map(({ device }) => device));
      if (devicesHere().every((device) => ours.has(device))) return;
      await pause(lookAgainMs);
    }
  };

  /** What is there comes first, then who may have it: what is made meanwhile has an owner by then. */
  const look = async (books: () => Books, isKnown: (container: string) => boolean): Promise<Found> => {
    const namespaces = namesIn(places.namespaces);
    const devices = devicesHere();
    const traces = await firewall.traces();
    const { state, running } = books();
    const networks = new Set(state.networks.map(({ id }) => id));
    const ours = new Set(state.networks.map(({ device }) => device));
    return {
      namespaces: namespaces.filter((id) => !networks.has(id) && !isKnown(id)),
      devices: devices.filter((device) => !ours.has(device)),
      containers: [...new Set([...Object.keys(state.containers), ...Object.keys(running.containers)])].filter(
        (id) => !isKnown(id),
      ),
      hasIdleBridge: endIdleBridge(state).gone.length > 0,
      firewall: firewallFault(state, traces),
    };
  };

  return async ({ isKnown, mend }) => {
    await awaitKernel();
    if (!mend) return told(await look(() => ledger.read(), isKnown));
    const found = await ledger.change(async (books): Promise<Deed<Found>> => {
      const left = await look(() => books, isKnown);
      const without = <Entry>(all: Readonly<Record<string, Entry>>) =>
        Object.fromEntries(Object.entries(all).filter(([id]) => !left.containers.includes(id)));
      const lost = [...left.namespaces, ...left.containers];
      const changesBooks = left.containers.length > 0 || left.hasIdleBridge;
      const kept = { ...books.state, containers: without(books.state.containers) };
      const { forget = [], work = [], ...ended } = changesBooks ? plumbing.endBridge(kept) : noChange;
      return {
        value: left,
        ...ended,
        ...(left.containers.length === 0
          ? {}
          : { running: { ...books.running, containers: without(books.running.containers) } }),
        forget: [...new Set([...lost.map(plumbing.namespaceOf), ...forget])],
        work: [
          ...(left.devices.length === 0
            ? []
            : [{ namespace: hostNamespace, changes: [{ kind: 'remove' as const, devices: left.devices }] }]),
          ...work,
        ],
        ...(left.firewall === undefined && left.containers.length === 0 ? {} : { firewall: 'now' as const }),
      };
    });
    if (ledger.read().state.networks.length === 0) {
      await machine.hold(async () => {
        if (ledger.read().state.networks.length === 0) machine.leave(root);
      });
    }
    return told(found);
  };
}

const noChange: Omit<Deed<undefined>, 'value'> = {};

interface Found {
  /** Names of namespaces. */
  readonly namespaces: readonly string[];
  /** The host's ends of uplinks. */
  readonly devices: readonly string[];
  /** In the books. */
  readonly containers: readonly string[];
  /** Somebody was killed between making it and joining it. */
  readonly hasIdleBridge: boolean;
  readonly firewall: string | undefined;
}

function firewallFault(
  { networks }: NetworkState,
  { state, table, rules }: FirewallTraces,
): string | undefined {
  if (state === 'writing') return undefined;
  if (state === 'behind') return 'the firewall is behind what is written of its networks';
  if (networks.length > 0) return table ? undefined : 'the firewall has lost the rules of its networks';
  if (table) return 'the firewall has a table although there is no network';
  return rules ? 'other firewalls have rules for it although there is no network' : undefined;
}

function told({ namespaces, devices, containers, hasIdleBridge, firewall }: Found): readonly Leftover[] {
  const short = (id: string): string => id.slice(0, 12);
  return [
    ...namespaces
      .filter((id) => !containers.includes(id))
      .map((id): Leftover => ({ kind: 'namespace', text: `network namespace ${short(id)} of nobody` })),
    ...devices.map((name): Leftover => ({ kind: 'device', text: `network device ${name} of no network` })),
    ...containers.map(
      (id): Leftover => ({
        kind: 'record',
        text: `addresses and ports of container ${short(id)}, which is gone`,
      }),
    ),
    ...(hasIdleBridge ? [{ kind: 'record' as const, text: 'network "bridge" without a container' }] : []),
    ...(firewall === undefined ? [] : [{ kind: 'firewall' as const, text: firewall }]),
  ];
}
