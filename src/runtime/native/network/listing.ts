import type { ContainerId } from '../../../core/ids.ts';
import type { ListedNetwork } from '../parts.ts';
import { findNetwork } from './endpoints.ts';
import type { NetworkRecord, NetworkState } from './state.ts';

export function listNetworks(state: NetworkState): readonly ListedNetwork[] {
  return state.networks.map((record) => listed(state, record));
}

export function lookUpNetwork(state: NetworkState, reference: string): ListedNetwork | undefined {
  const record = findNetwork(state, reference);
  return record === undefined ? undefined : listed(state, record);
}

function listed(state: NetworkState, record: NetworkRecord): ListedNetwork {
  const prefixOf = (isNew: boolean): string =>
    record.pools.find(({ subnet }) => subnet.includes(':') === isNew)?.subnet.split('/')[1] ?? '';
  const { id: networkId, name: networkName, labels, internal, builtIn = false, pools, createdAt } = record;
  return {
    id: networkId,
    name: networkName,
    labels,
    internal,
    builtIn,
    pools,
    createdAt,
    containers: Object.entries(state.containers).flatMap(([id, { name, endpoints }]) =>
      endpoints
        .filter(({ networkId }) => networkId === record.id)
        .map(({ mac, ipv4, ipv6 }) => ({
          id: id as ContainerId,
          name,
          ...(mac === undefined ? {} : { mac }),
          ...(ipv4 === undefined ? {} : { ipv4: `${ipv4}/${prefixOf(false)}` }),
          ...(ipv6 === undefined ? {} : { ipv6: `${ipv6}/${prefixOf(true)}` }),
        })),
    ),
  };
}
