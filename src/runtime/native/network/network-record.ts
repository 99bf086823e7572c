import { randomBytes } from 'node:crypto';
import type { NetworkSpec } from '../../../network/index.ts';
import type { Root } from '../parts.ts';
import { writeJson } from '../system/write-whole.ts';
import { parseSubnet } from './cidr.ts';
import type { Context } from './context.ts';
import { takeDeparted } from './departed.ts';
import { devicePrefix } from './firewall.ts';
import type { readOptions } from './options.ts';
import { choosePools, type TakenAddresses } from './pools.ts';
import { type Books, isDual, type NetworkRecord, type NetworkState } from './state.ts';

/** Chooses the addresses of a new network and writes it down. The caller holds the machine. */
export function addNetwork(
  { root, machine, places, random, now }: Omit<Context, 'libc' | 'ledger'>,
  books: Books,
  spec: NetworkSpec,
  settings: ReturnType<typeof readOptions> & Pick<NetworkRecord, 'builtIn'>,
): { readonly network: NetworkRecord; readonly state: NetworkState } {
  const network: NetworkRecord = {
    id: randomBytes(32).toString('hex'),
    name: spec.name,
    labels: spec.labels,
    internal: spec.internal,
    pools: choosePools(spec, takenBy(books, machine.taken(root)), root.tag),
    device: freeDevice(root, books, random),
    ...settings,
    createdAt: now(),
  };
  const state = { ...books.state, networks: [...books.state.networks, network] };
  // Others look only at the networks of engines that they know.
  machine.enter(root, isDual(network));
  // Before another engine chooses.
  writeJson(places.state, state);
  return { network, state };
}

function takenBy({ state }: Books, others: TakenAddresses): TakenAddresses {
  const used = new Set(
    Object.values(state.containers).flatMap(({ endpoints }) => endpoints.map(({ networkId }) => networkId)),
  );
  const own = state.networks.flatMap(({ id, name, pools }) =>
    pools.flatMap((pool) => {
      const subnet = parseSubnet(pool.subnet);
      return subnet === undefined ? [] : [{ name, subnet, used: used.has(id) }];
    }),
  );
  return { ...others, networks: [...own, ...others.networks] };
}

function freeDevice({ tag }: Root, { state }: Books, random: (below: number) => number): string {
  for (;;) {
    const device = `${devicePrefix(tag)}${random(0x100000).toString(16).padStart(5, '0')}`;
    if (state.networks.every((network) => network.device !== device)) return device;
  }
}

export function withoutNetwork(state: NetworkState, networkId: string): NetworkState {
  const { state: rest } = takeDeparted(state, (id) => id === networkId);
  return { ...rest, networks: rest.networks.filter(({ id }) => id !== networkId) };
}
