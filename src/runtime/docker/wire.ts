/**
 * The parts of the Engine API's bodies that Flotilla reads. Everything is optional: engines leave out what is empty,
 * and other engines than Docker's leave out more.
 */
export interface ContainerSummaryBody {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly Image?: string;
  readonly ImageID?: string;
  readonly Command?: string;
  readonly Created?: number;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly State?: string;
  readonly Status?: string;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, EndpointBody>> | null };
  readonly Mounts?: readonly MountBody[] | null;
  readonly Ports?: readonly PortBody[] | null;
}

export interface EndpointBody {
  readonly NetworkID?: string;
  readonly IPAddress?: string;
}

export interface MountBody {
  readonly Type?: string;
  readonly Name?: string;
  readonly Source?: string;
  readonly Destination?: string;
}

export interface PortBody {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type?: string;
}

export interface HistoryBody {
  readonly Id?: string;
  /** Seconds. */
  readonly Created?: number;
  readonly CreatedBy?: string;
  readonly Size?: number;
  readonly Comment?: string;
}

export interface ContainerBody {
  readonly Id: string;
  readonly Name?: string;
  readonly RestartCount?: number;
  readonly Config?: {
    readonly Tty?: boolean;
    readonly OpenStdin?: boolean;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  };
  readonly State?: {
    readonly Status?: string;
    readonly ExitCode?: number;
    readonly OOMKilled?: boolean;
    readonly Error?: string;
    readonly StartedAt?: string;
    readonly FinishedAt?: string;
    readonly Health?: HealthBody | null;
    /** Podman before 5. */
    readonly Healthcheck?: HealthBody | null;
  };
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, EndpointBody>> | null };
  readonly Mounts?: readonly MountBody[] | null;
  readonly HostConfig?: {
    readonly Binds?: readonly string[] | null;
    readonly Mounts?: readonly { readonly Type?: string; readonly Source?: string }[] | null;
  } | null;
}

export interface HealthBody {
  readonly Status?: string;
  readonly Log?: readonly { readonly ExitCode?: number; readonly Output?: string }[] | null;
}

export interface ImageBody {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: {
    readonly Entrypoint?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  } | null;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Variant?: string;
  /** Bytes. */
  readonly Size?: number;
  /** RFC 3339. */
  readonly Created?: string;
  readonly Metadata?: { readonly LastTagTime?: string } | null;
  /** Of an engine with the containerd image store, when asked for. */
  readonly Manifests?: readonly ManifestBody[] | null;
}

export interface ManifestBody {
  readonly ID?: string;
  readonly Kind?: string;
  readonly Available?: boolean;
  readonly Descriptor?: { readonly digest?: string; readonly platform?: PlatformBody | null };
  readonly ImageData?: { readonly Platform?: PlatformBody | null } | null;
}

export interface PlatformBody {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

export interface NetworkBody {
  readonly Id: string;
  /** RFC 3339 with nanoseconds. */
  readonly Created?: string;
  readonly Name: string;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly Internal?: boolean;
  readonly EnableIPv6?: boolean;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

export interface VolumeBody {
  readonly Name: string;
  readonly Driver?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Scope?: string;
  /** Path on the engine's host. */
  readonly Mountpoint?: string;
  /** Only in what the engine tells of its disk; -1 is unknown. */
  readonly UsageData?: { readonly Size?: number; readonly RefCount?: number } | null;
}

/** `/system/df` */
export interface UsageBody {
  readonly LayersSize?: number;
  readonly Images?: readonly ImageSummaryBody[] | null;
  readonly Containers?: readonly (ContainerSummaryBody & { readonly SizeRw?: number })[] | null;
  readonly Volumes?: readonly VolumeBody[] | null;
  readonly BuildCache?: readonly CacheBody[] | null;
}

export interface ImageSummaryBody {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  /** Unix time in seconds. */
  readonly Created?: number;
  readonly Size?: number;
  /** -1 is unknown, here and below. */
  readonly SharedSize?: number;
  readonly Containers?: number;
}

export interface CacheBody {
  readonly ID: string;
  readonly Type?: string;
  readonly Size?: number;
  readonly InUse?: boolean;
  readonly Shared?: boolean;
  readonly CreatedAt?: string;
  readonly LastUsedAt?: string | null;
  readonly UsageCount?: number;
}

/** `/containers/ID/stats` */
export interface StatsBody {
  /** RFC 3339; in the year 1 when there was no reading. */
  readonly read?: string;
  readonly preread?: string;
  readonly cpu_stats?: CpuBody;
  /** Of the reading before. */
  readonly precpu_stats?: CpuBody;
  /** Bytes; `stats` is the kernel's memory.stat. */
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>> | null;
  };
  /** By device. */
  readonly networks?: Readonly<
    Record<string, { readonly rx_bytes?: number; readonly tx_bytes?: number }>
  > | null;
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op?: string; readonly value?: number }[] | null;
  };
  readonly pids_stats?: { readonly current?: number };
}

export interface CpuBody {
  /** Nanoseconds. */
  readonly cpu_usage?: { readonly total_usage?: number; readonly percpu_usage?: readonly number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

export interface VersionBody {
  readonly Platform?: { readonly Name?: string };
  readonly Components?: readonly { readonly Name?: string }[];
  readonly Version?: string;
  readonly Os?: string;
  readonly Arch?: string;
}
