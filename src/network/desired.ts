import { type Network, networkHash, type Project } from '../compose/index.ts';
import { composeVersion, labels } from '../core/labels.ts';
import { compareBytes } from '../core/text.ts';
import type { NetworkSpec } from './spec.ts';

/** The networks that a project needs: those it makes, and the names of those that must be there already. */
export interface DesiredNetworks {
  readonly owned: readonly NetworkSpec[];
  readonly external: readonly { readonly key: string; readonly name: string }[];
}

export function desiredNetworks(project: Project): DesiredNetworks {
  const sorted = [...project.networks].sort(([left], [right]) => compareBytes(left, right));
  return {
    owned: sorted
      .filter(([, network]) => network.external !== true)
      .map(([key, network]) => networkSpec(project, key, network)),
    external: sorted
      .filter(([, network]) => network.external === true)
      .map(([key, network]) => ({ key, name: network.name })),
  };
}

function networkSpec(project: Project, key: string, network: Network): NetworkSpec {
  // Like docker compose, the hash covers the definition before the tool's own labels join it.
  const hash = networkHash(network);
  return {
    key,
    name: network.name,
    ...(network.driver === undefined ? {} : { driver: network.driver }),
    driverOptions: record(network.driver_opts),
    ipam: {
      ...(network.ipam.driver === undefined ? {} : { driver: network.ipam.driver }),
      options: record(network.ipam.options),
      pools: (network.ipam.config ?? []).map((pool) => ({
        ...(pool.subnet === undefined ? {} : { subnet: pool.subnet }),
        ...(pool.gateway === undefined ? {} : { gateway: pool.gateway }),
        ...(pool.ip_range === undefined ? {} : { ipRange: pool.ip_range }),
        auxiliaryAddresses: record(pool.aux_addresses),
      })),
    },
    internal: network.internal ?? false,
    attachable: network.attachable ?? false,
    ...(network.enable_ipv4 === undefined ? {} : { enableIpv4: network.enable_ipv4 }),
    ...(network.enable_ipv6 === undefined ? {} : { enableIpv6: network.enable_ipv6 }),
    labels: {
      ...record(network.labels),
      [labels.network]: key,
      [labels.project]: project.name,
      [labels.version]: composeVersion,
      [labels.configHash]: hash,
    },
    hash,
  };
}

function record(mapping: ReadonlyMap<string, string> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(mapping ?? []);
}
