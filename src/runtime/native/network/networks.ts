import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { labels } from '../../../core/labels.ts';
import { compareBytes } from '../../../core/text.ts';
import type { NetworkSpec } from '../../../network/index.ts';
import { inUse } from '../../in-use.ts';
import { conflict, isSame } from '../../ownership.ts';
import type { Networks, Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { createLocks } from '../system/lock.ts';
import { type CommandRunner, commandRunner } from '../system/run-command.ts';
import { isEnginesOwn, refuseOwnName } from './bridge.ts';
import { evict, findNetwork } from './endpoints.ts';
import { createFirewall } from './firewall-command.ts';
import { openLedger } from './ledger.ts';
import type { Links } from './links.ts';
import { listNetworks, lookUpNetwork } from './listing.ts';
import { machineAt } from './machine.ts';
import { hasForwardChain } from './netlink/foreign-firewall.ts';
import { netlinkLinks } from './netlink/links.ts';
import { addNetwork, withoutNetwork } from './network-record.ts';
import { readOptions } from './options.ts';
import { plumbTasks } from './plumbing.ts';
import { portTasks } from './publishing.ts';
import type { Books } from './state.ts';
import { type NetworkRecord, placesOf, readState } from './state.ts';
import { createSweep } from './sweep.ts';

export interface NetworksOptions {
  readonly root: Root;
  readonly libc: Libc;
  /** For nft and iptables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run?: CommandRunner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number from 0 up to, but not including, that one. */
  readonly random?: (below: number) => number;
  readonly links?: Links;
  /** What all engines of the machine share. */
  readonly machine?: string;
}

/** The networks of a root; any number of them may be at work on it at once, in this process and in others. */
export function createNetworks(options: NetworksOptions): Networks {
  const { root, libc, now } = options;
  const random = options.random ?? ((below) => randomInt(below));
  const locks = createLocks(libc);
  const links = options.links ?? netlinkLinks(libc);
  const machine = machineAt(options.machine ?? '/run/flotilla-machine', locks);
  const places = placesOf(root);
  for (const folder of [dirname(places.state), places.namespaces]) mkdirSync(folder, { recursive: true });
  const firewall = createFirewall({
    tag: root.tag,
    run: options.run ?? commandRunner(libc, options.environment),
    locks,
    places,
    isShared: (family) => hasForwardChain(libc, family),
    read: () => ledger.read(),
    onEmpty: () =>
      machine.hold(async () => {
        if (readState(places).networks.length === 0) machine.leave(root);
      }),
  });
  const ledger = openLedger({ places, libc, locks, links, firewall });
  const context = { root, libc, machine, places, ledger, random, now };
  const plumbing = plumbTasks(context);
  const publishing = portTasks(context, plumbing.settle);

  return {
    async create(spec, signal) {
      signal?.throwIfAborted();
      refuseOwnName(spec);
      const settings = readOptions(spec);
      await ledger.change(
        (books, built) =>
          machine.hold(async () => {
            const existing = books.state.networks.find(({ name }) => name === spec.name);
            if (existing !== undefined) return { value: accept(existing, spec) };
            const { network, state } = addNetwork(context, books, spec, settings);
            return {
              value: undefined,
              state,
              work: plumbing.buildNetwork(network, built),
              firewall: 'soon',
              undo: (current: Books) => ({ ...current, state: withoutNetwork(current.state, network.id) }),
            };
          }),
        signal,
      );
    },

    async remove(nameOrId, signal) {
      await ledger.change(({ state, running }) => {
        const network = findNetwork(state, nameOrId);
        if (network === undefined) return { value: undefined };
        if (network.builtIn) throw isEnginesOwn(network.name);
        const joined = Object.entries(state.containers).filter(([, { endpoints }]) =>
          endpoints.some(({ networkId }) => networkId === network.id),
        );
        const users = joined.filter(([id]) => running.containers[id] !== undefined);
        if (users.length > 0) {
          throw inUse(
            'network',
            network.name,
            users.map(([, { name, project }]) => ({ name, labels: { [labels.project]: project } })),
          );
        }
        const rest = evict(
          withoutNetwork(state, network.id),
          joined.map(([container]) => ({ container, networkId: network.id })),
        );
        return {
          value: undefined,
          state: rest,
          forget: [plumbing.namespaceOf(network.id)],
          work: plumbing.leaveHost(network),
          // With the last one all is as it was, once this returns.
          firewall: rest.networks.length === 0 ? 'now' : 'soon',
        };
      }, signal);
    },

    async observe({ project, names }) {
      return ledger
        .read()
        .state.networks.filter(
          ({ name, labels: own }) => own[labels.project] === project || names.includes(name),
        )
        .map(({ id, name, labels: own }) => ({ id, name, driver: 'bridge', labels: own }))
        .sort((left, right) => compareBytes(left.name, right.name));
    },

    sweep: createSweep(context, { firewall, plumbing }),
    running: () => Object.keys(ledger.read().running.containers),
    list: () => listNetworks(ledger.read().state),
    find: (reference) => lookUpNetwork(ledger.read().state, reference),

    ...plumbing.verbs,
    ...publishing,
    async publish(id, ports, signal) {
      await publishing.publish(id, ports, signal);
      return firewall.refusals();
    },
  };
}

function accept(existing: NetworkRecord, spec: NetworkSpec): undefined {
  if (isSame(existing.labels, spec.labels)) return undefined;
  throw conflict('network', spec.name);
}
