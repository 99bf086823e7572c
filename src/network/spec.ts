/** What a network shall be, in words that every driver understands. */
export interface NetworkSpec {
  /** Key in the Compose file. */
  readonly key: string;
  /** The engine's name for it. */
  readonly name: string;
  readonly driver?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly ipam: {
    readonly driver?: string;
    readonly options: Readonly<Record<string, string>>;
    readonly pools: readonly IpamPoolSpec[];
  };
  readonly internal: boolean;
  readonly attachable: boolean;
  /** Absent leaves the choice to the engine. */
  readonly enableIpv4?: boolean;
  readonly enableIpv6?: boolean;
  /** The user's and the tool's, config hash included. */
  readonly labels: Readonly<Record<string, string>>;
  /** Lower-case hex SHA-256 of the definition, docker compose's algorithm. */
  readonly hash: string;
}

export interface IpamPoolSpec {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ipRange?: string;
  readonly auxiliaryAddresses: Readonly<Record<string, string>>;
}

/** One end of a container in one network. */
export interface EndpointSpec {
  /** The engine's name of the network. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** `container:alias` pairs, resolved by the driver in this network. */
  readonly links: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
  readonly linkLocalAddresses: readonly string[];
  readonly macAddress?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly gatewayPriority?: number;
  readonly interfaceName?: string;
}

/** How a container sees the network. The first endpoint is the primary one. */
export type NetworkAttachment =
  | { readonly kind: 'networks'; readonly endpoints: readonly EndpointSpec[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'host' }
  /** Another container's namespace; a service is resolved to a container before the driver sees it. */
  | { readonly kind: 'container'; readonly container: string }
  /** Any other `network_mode`, e.g. `bridge` or a driver's own word. */
  | { readonly kind: 'mode'; readonly mode: string };

export interface PublishedPort {
  readonly target: number;
  readonly protocol: string;
  /** A port or a range; absent: the engine chooses. */
  readonly published?: string;
  readonly hostIp?: string;
}

/** A network as the engine shows it. */
export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
}
