import type { Project, Service, ServiceNetwork } from '../compose/index.ts';
import { compareBytes } from '../core/text.ts';
import type { EndpointSpec, NetworkAttachment, PublishedPort } from './spec.ts';

/** How service references stand in a plan, before they are resolved to a container: `service:db`. */
export const serviceReference = 'service:';

export interface AttachmentOptions {
  /** The container's final name; it is an alias in every network. */
  readonly containerName: string;
  /** `container:alias` pairs. */
  readonly links: readonly string[];
}

/** How a container of a service sees the network; the primary network comes first. */
export function networkAttachment(
  project: Project,
  service: Service,
  options: AttachmentOptions,
): NetworkAttachment {
  if (service.network_mode !== undefined) return attachmentOfMode(service.network_mode);
  const joined = [...(service.networks ?? [])].sort(byPriority);
  if (joined.length === 0) return { kind: 'none' };
  return {
    kind: 'networks',
    endpoints: joined.map(([key, settings], index) =>
      endpoint(project, service, key, settings ?? {}, options, index === 0),
    ),
  };
}

/** The ports that a service publishes, in the file's order. */
export function publishedPorts(service: Service): readonly PublishedPort[] {
  return (service.ports ?? []).map((port) => ({
    target: port.target,
    protocol: port.protocol || 'tcp',
    ...(port.published === undefined ? {} : { published: port.published }),
    ...(port.host_ip === undefined ? {} : { hostIp: port.host_ip }),
  }));
}

function attachmentOfMode(mode: string): NetworkAttachment {
  if (mode === 'none' || mode === 'host') return { kind: mode };
  if (mode.startsWith(serviceReference)) return { kind: 'container', container: mode };
  if (mode.startsWith('container:')) return { kind: 'container', container: mode.slice('container:'.length) };
  return { kind: 'mode', mode };
}

/** docker compose takes the highest priority first and breaks ties by name. */
function byPriority(
  [leftKey, left]: readonly [string, ServiceNetwork | null],
  [rightKey, right]: readonly [string, ServiceNetwork | null],
): number {
  return (right?.priority ?? 0) - (left?.priority ?? 0) || compareBytes(leftKey, rightKey);
}

function endpoint(
  project: Project,
  service: Service,
  key: string,
  settings: ServiceNetwork,
  options: AttachmentOptions,
  primary: boolean,
): EndpointSpec {
  const macAddress = settings.mac_address ?? (primary ? service.mac_address : undefined);
  return {
    network: project.networks.get(key)?.name ?? key,
    aliases: [...new Set([options.containerName, service.name, ...(settings.aliases ?? [])])],
    links: options.links,
    linkLocalAddresses: settings.link_local_ips ?? [],
    driverOptions: Object.fromEntries(settings.driver_opts ?? []),
    ...(settings.ipv4_address === undefined ? {} : { ipv4Address: settings.ipv4_address }),
    ...(settings.ipv6_address === undefined ? {} : { ipv6Address: settings.ipv6_address }),
    ...(macAddress === undefined ? {} : { macAddress }),
    ...(settings.gw_priority === undefined ? {} : { gatewayPriority: settings.gw_priority }),
    ...(settings.interface_name === undefined ? {} : { interfaceName: settings.interface_name }),
  };
}
