import { contains, formatAddress, parseAddress, parseSubnet } from '../network/cidr.ts';
import type { EndpointRecord, NetworkRecord, NetworkState, RunningState } from '../network/state.ts';

/** What a container may know of the names around it. */
export type Finding =
  | { readonly kind: 'addresses'; readonly ipv4: readonly string[]; readonly ipv6: readonly string[] }
  | { readonly kind: 'name'; readonly name: string }
  /** An address of ours that nobody has. */
  | { readonly kind: 'nobody' }
  /** Not ours: others may know. */
  | { readonly kind: 'elsewhere' };

export interface Asker {
  /** The network in which it asks. */
  readonly networkId: string;
  readonly address: string;
}

export interface Names {
  find(name: string, asker: Asker): Finding;
  findAddress(address: string, asker: Asker): Finding;
  /** Whom to ask what is elsewhere: the container's own servers, the host's, or nobody at all. */
  serversOf(asker: Asker): readonly string[] | 'host' | 'none';
}

interface Member {
  readonly id: string;
  readonly name: string;
  readonly endpoint: EndpointRecord;
}

/** The names of running containers, as their neighbours see them. */
export function indexNames(state: NetworkState, running: RunningState): Names {
  const networks = new Map(state.networks.map((network) => [network.id, network]));
  const known = new Map<string, Map<string, Member[]>>();
  const byAddress = new Map<string, Member>();
  for (const [id, container] of Object.entries(state.containers)) {
    for (const endpoint of container.endpoints) {
      const member = { id, name: container.name, endpoint };
      const { networkId } = endpoint;
      for (const address of [endpoint.ipv4, endpoint.ipv6]) {
        if (address !== undefined) byAddress.set(addressKey(networkId, address), member);
      }
      if (running.containers[id] === undefined || endpoint.mac === undefined) continue;
      const names = known.get(networkId) ?? new Map<string, Member[]>();
      known.set(networkId, names);
      const own = [container.name, id.slice(0, 12), ...endpoint.spec.aliases];
      for (const name of new Set(own.map((each) => each.toLowerCase()))) {
        names.set(name, [...(names.get(name) ?? []), member]);
      }
    }
  }

  const askerOf = ({ networkId, address }: Asker): Member | undefined =>
    byAddress.get(addressKey(networkId, address));

  /**
   * The networks of who asks, in the order of its devices; a stranger sees the one in which it asks. On the bridge nobody
   * knows a name, as on Docker's.
   */
  const networksOf = (asker: Asker): readonly NetworkRecord[] => {
    const member = askerOf(asker);
    const ids =
      member === undefined
        ? [asker.networkId]
        : (state.containers[member.id]?.endpoints ?? []).map(({ networkId }) => networkId);
    return ids.flatMap((id) => networks.get(id) ?? []);
  };

  const membersIn = (network: NetworkRecord, name: string, asker: Member | undefined): readonly Member[] => {
    const found = known.get(network.id);
    const links = state.containers[asker?.id ?? '']?.endpoints
      .filter(({ networkId }) => networkId === network.id)
      .flatMap(({ spec }) => spec.links);
    const target = links?.map(readLink).find(({ alias }) => alias.toLowerCase() === name)?.container;
    return (target === undefined ? undefined : found?.get(target.toLowerCase())) ?? found?.get(name) ?? [];
  };

  return {
    find(name, asker) {
      const member = askerOf(asker);
      for (const network of networksOf(asker).filter(knowsNames)) {
        const suffix = `.${network.name.toLowerCase()}`;
        const plain = membersIn(network, name, member);
        const members =
          plain.length === 0 && name.endsWith(suffix)
            ? membersIn(network, name.slice(0, -suffix.length), member)
            : plain;
        if (members.length === 0) continue;
        return {
          kind: 'addresses',
          ipv4: members.flatMap(({ endpoint }) => endpoint.ipv4 ?? []),
          ipv6: members.flatMap(({ endpoint }) => endpoint.ipv6 ?? []),
        };
      }
      return { kind: 'elsewhere' };
    },

    findAddress(text, asker) {
      const parsed = parseAddress(text);
      if (parsed === undefined) return { kind: 'elsewhere' };
      const address = formatAddress(parsed.family, parsed.value);
      for (const network of networksOf(asker).filter(knowsNames)) {
        const subnets = network.pools.flatMap(({ subnet }) => parseSubnet(subnet) ?? []);
        if (!subnets.some((subnet) => contains(subnet, parsed.family, parsed.value))) continue;
        const member = byAddress.get(addressKey(network.id, address));
        return member === undefined || running.containers[member.id] === undefined
          ? { kind: 'nobody' }
          : { kind: 'name', name: `${member.name}.${network.name}` };
      }
      return { kind: 'elsewhere' };
    },

    serversOf(asker) {
      if (networksOf(asker).every(({ internal }) => internal)) return 'none';
      const own = state.containers[askerOf(asker)?.id ?? '']?.dns ?? [];
      return own.length > 0 ? own : 'host';
    },
  };
}

function knowsNames({ builtIn }: NetworkRecord): boolean {
  return builtIn !== true;
}

function addressKey(networkId: string, address: string): string {
  return `${networkId} ${address}`;
}

/** `container:alias`, or a name that stands for itself. */
function readLink(link: string): { readonly container: string; readonly alias: string } {
  const [container = '', alias = container] = link.split(':');
  return { container, alias };
}
