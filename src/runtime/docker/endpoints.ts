import { FlotillaError } from '../../core/error.ts';
import type { EndpointSpec } from '../../network/index.ts';
import type { ContainerSpec } from '../spec.ts';
import type { ApiVersion } from './api-version.ts';
import { requireApi } from './support.ts';

export interface NetworkingBody {
  /** HostConfig.NetworkMode. */
  readonly mode: string;
  /** The container-wide address, which only old engines and foreign namespaces take. */
  readonly macAddress?: string;
  readonly endpoints: Readonly<Record<string, unknown>>;
  /** Endpoints that an old engine takes only after the container was made. */
  readonly later: readonly EndpointSpec[];
}

const manyEndpoints = 44;
const interfaceOption = 'com.docker.network.endpoint.ifname';

export function networkingBody(api: ApiVersion, spec: ContainerSpec): NetworkingBody {
  const { network, macAddress } = spec;
  const wide = macAddress === undefined ? {} : { macAddress };
  switch (network.kind) {
    case 'none':
    case 'host':
      return { mode: network.kind, ...wide, endpoints: {}, later: [] };
    case 'container':
      return { mode: `container:${network.container}`, ...wide, endpoints: {}, later: [] };
    case 'mode':
      return api >= manyEndpoints && macAddress !== undefined
        ? { mode: network.mode, endpoints: { [network.mode]: { MacAddress: macAddress } }, later: [] }
        : { mode: network.mode, ...wide, endpoints: {}, later: [] };
    case 'networks':
      return joinNetworks(api, spec, network.endpoints);
  }
}

function joinNetworks(
  api: ApiVersion,
  spec: ContainerSpec,
  endpoints: readonly EndpointSpec[],
): NetworkingBody {
  const [primary, ...others] = endpoints;
  if (primary === undefined) return { mode: 'none', endpoints: {}, later: [] };
  const mac = primaryMac(spec, primary);
  if (api >= manyEndpoints) {
    const first = mac === undefined ? primary : { ...primary, macAddress: mac };
    const bodies = [first, ...others].map((endpoint) => [endpoint.network, endpointBody(api, endpoint)]);
    return { mode: primary.network, endpoints: Object.fromEntries(bodies), later: [] };
  }
  for (const { network, macAddress } of others) {
    if (macAddress !== undefined) requireApi(api, manyEndpoints, macField(spec, network));
  }
  const { macAddress: _own, ...first } = primary;
  return {
    mode: primary.network,
    ...(mac === undefined ? {} : { macAddress: mac }),
    endpoints: { [primary.network]: endpointBody(api, first) },
    later: others,
  };
}

/** `mac_address` of the service means its primary endpoint. */
function primaryMac(spec: ContainerSpec, primary: EndpointSpec): string | undefined {
  const { macAddress } = spec;
  const own = primary.macAddress;
  if (macAddress !== undefined && own !== undefined && macAddress.toLowerCase() !== own.toLowerCase()) {
    throw new FlotillaError(
      'engine.request',
      `service "${spec.service}" has two MAC addresses for network "${primary.network}": ${macAddress} (mac_address) and ${own} (networks)`,
      { hint: 'Remove one of them.' },
    );
  }
  return macAddress ?? own;
}

/** EndpointSettings, for creation and for joining a network later. */
export function endpointBody(api: ApiVersion, endpoint: EndpointSpec): unknown {
  const { network, interfaceName, gatewayPriority, linkLocalAddresses } = endpoint;
  if (interfaceName !== undefined) requireApi(api, 49, `networks.${network}.interface_name`);
  if (gatewayPriority !== undefined && gatewayPriority !== 0) {
    requireApi(api, 48, `networks.${network}.gw_priority`);
  }
  const driverOptions =
    interfaceName === undefined
      ? endpoint.driverOptions
      : { ...endpoint.driverOptions, [interfaceOption]: interfaceName };
  const ipam = {
    ...(endpoint.ipv4Address === undefined ? {} : { IPv4Address: endpoint.ipv4Address }),
    ...(endpoint.ipv6Address === undefined ? {} : { IPv6Address: endpoint.ipv6Address }),
    ...(linkLocalAddresses.length === 0 ? {} : { LinkLocalIPs: linkLocalAddresses }),
  };
  return {
    ...(endpoint.aliases.length === 0 ? {} : { Aliases: endpoint.aliases }),
    ...(endpoint.links.length === 0 ? {} : { Links: endpoint.links }),
    ...(Object.keys(ipam).length === 0 ? {} : { IPAMConfig: ipam }),
    ...(endpoint.macAddress === undefined ? {} : { MacAddress: endpoint.macAddress }),
    ...(Object.keys(driverOptions).length === 0 ? {} : { DriverOpts: driverOptions }),
    ...(gatewayPriority === undefined || api < 48 ? {} : { GwPriority: gatewayPriority }),
  };
}

function macField(spec: ContainerSpec, network: string): string {
  return `services.${spec.service}.networks.${network}.mac_address`;
}
