import type { SourceRange } from '../core/diagnostic.ts';
import type { ProjectName, ServiceName } from '../core/ids.ts';
import type { Bytes, Nanoseconds } from '../core/units.ts';

/**
 * The normalised Compose model: what every later stage trusts. Long forms only, names resolved, profiles applied,
 * deeply readonly. Attributes keep the spelling of the Compose Specification, because messages, hashes, diffs and
 * `config` name them as the user wrote them. Mappings whose keys the user chooses are Maps, so that a service
 * called `__proto__` is only a service.
 */
export interface Project {
  readonly name: ProjectName;
  /** Absolute path of the project directory. */
  readonly workingDir: string;
  /** Absolute paths of the files that were given or found, in order; `-` is standard input. */
  readonly configFiles: readonly string[];
  /** Values of `--env-file` as typed; empty when the default `.env` was used. */
  readonly environmentFiles: readonly string[];
  /** What interpolation saw: the process environment and the env files. */
  readonly environment: ReadonlyMap<string, string>;
  readonly profiles: readonly string[];
  /** Joins project, service and number to the names of containers and built images where `-` does not: Compose v1's way. */
  readonly separator?: '_';
  /** Enabled and selected services, in byte order of their names. */
  readonly services: ReadonlyMap<ServiceName, Service>;
  /** Services that a profile or the selection left out; they are not orphans. */
  readonly disabledServices: ReadonlyMap<ServiceName, Service>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly configs: ReadonlyMap<string, FileObject>;
  readonly secrets: ReadonlyMap<string, FileObject>;
  readonly models: ReadonlyMap<string, Model>;
  /** Top-level `x-*` keys. */
  readonly extensions: ReadonlyMap<string, Json>;
}

/**
 * Where the value at a model path came from: `['services', 'web', 'ports', 0]`. Asks for the nearest existing
 * ancestor when the path itself was supplied by a default.
 */
export type LocateInSource = (path: ModelPath) => SourceRange | undefined;
export type ModelPath = readonly (string | number)[];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `null` marks a key without value: taken from the environment, or unset when it is not there. */
export type MappingWithNull = ReadonlyMap<string, string | null>;
export type Mapping = ReadonlyMap<string, string>;
/** `null` keeps what the image says, `[]` clears it. */
export type ShellCommand = readonly string[] | null;

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Service {
  readonly name: ServiceName;
  readonly profiles?: readonly string[];
  readonly annotations?: Mapping;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: { readonly watch?: readonly WatchRule[] };
  readonly blkio_config?: BlkioConfig;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  readonly command: ShellCommand;
  readonly configs?: readonly FileReference[];
  readonly container_name?: string;
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly depends_on?: ReadonlyMap<ServiceName, Dependency>;
  readonly deploy?: Deploy;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly DeviceMapping[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint: ShellCommand;
  readonly provider?: { readonly type: string; readonly options?: ReadonlyMap<string, readonly string[]> };
  /** Resolved: `env_file` merged in, pass-through keys looked up. */
  readonly environment?: MappingWithNull;
  readonly env_file?: readonly EnvFile[];
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  readonly extra_hosts?: ReadonlyMap<string, readonly string[]>;
  readonly group_add?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly hostname?: string;
  readonly healthcheck?: Healthcheck;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: Mapping;
  readonly label_file?: readonly string[];
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Mapping };
  readonly log_driver?: string;
  readonly log_opt?: Mapping;
  readonly mem_limit?: Bytes;
  readonly mem_reservation?: Bytes;
  /** -1 is unlimited swap. */
  readonly memswap_limit?: Bytes;
  readonly mem_swappiness?: number;
  readonly mac_address?: string;
  readonly models?: ReadonlyMap<string, ServiceModel | null>;
  readonly network_mode?: string;
  /** `null` is a network joined without options. Never set together with `network_mode`. */
  readonly networks?: ReadonlyMap<string, ServiceNetwork | null>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly post_start?: readonly Hook[];
  readonly pre_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileReference[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: Bytes;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: Nanoseconds;
  readonly stop_signal?: string;
  readonly storage_opt?: Mapping;
  readonly sysctls?: Mapping;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: ReadonlyMap<string, number | { readonly soft: number; readonly hard: number }>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volume_driver?: string;
  readonly volumes?: readonly ServiceVolume[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly extensions?: ReadonlyMap<string, Json>;
}

export interface Dependency {
  readonly condition: DependencyCondition;
  readonly restart?: boolean;
  readonly required: boolean;
}

export interface Build {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: MappingWithNull;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly ssh?: readonly { readonly id: string; readonly path?: string }[];
  readonly labels?: Mapping;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly no_cache_filter?: readonly string[];
  readonly additional_contexts?: Mapping;
  readonly pull?: boolean;
  readonly extra_hosts?: ReadonlyMap<string, readonly string[]>;
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileReference[];
  readonly shm_size?: Bytes;
  readonly tags?: readonly string[];
  readonly ulimits?: ReadonlyMap<string, number | { readonly soft: number; readonly hard: number }>;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

export interface WatchRule {
  readonly path: string;
  readonly action: 'sync' | 'rebuild' | 'restart' | 'sync+restart' | 'sync+exec';
  readonly target?: string;
  readonly exec?: Hook;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: boolean;
}

export interface Hook {
  readonly command: ShellCommand;
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: MappingWithNull;
  readonly per_replica?: boolean;
}

export interface BlkioConfig {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly path: string; readonly weight: number }[];
  readonly device_read_bps?: readonly ThrottleDevice[];
  readonly device_read_iops?: readonly ThrottleDevice[];
  readonly device_write_bps?: readonly ThrottleDevice[];
  readonly device_write_iops?: readonly ThrottleDevice[];
}

export interface ThrottleDevice {
  readonly path: string;
  readonly rate: Bytes;
}

export interface Deploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Mapping;
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
  readonly resources: {
    readonly limits?: Resource;
    readonly reservations?: Resource;
  };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: Nanoseconds;
    readonly max_attempts?: number;
    readonly window?: Nanoseconds;
  };
  readonly placement: {
    readonly constraints?: readonly string[];
    readonly preferences?: readonly { readonly spread?: string }[];
    readonly max_replicas_per_node?: number;
  };
  readonly endpoint_mode?: string;
}

export interface UpdateConfig {
  readonly parallelism?: number;
  readonly delay?: Nanoseconds;
  readonly failure_action?: string;
  readonly monitor?: Nanoseconds;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface Resource {
  readonly cpus?: number;
  readonly memory?: Bytes;
  readonly pids?: number;
  readonly devices?: readonly DeviceRequest[];
  readonly generic_resources?: readonly {
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }[];
}

export interface DeviceRequest {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  /** -1 is all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: Mapping;
}

export interface DeviceMapping {
  readonly source: string;
  readonly target?: string;
  readonly permissions?: string;
}

export interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly format?: string;
}

export interface Healthcheck {
  /** `['CMD', …]`, `['CMD-SHELL', text]` or `['NONE']`; absent keeps the image's test. */
  readonly test?: readonly string[];
  readonly timeout?: Nanoseconds;
  readonly interval?: Nanoseconds;
  readonly retries?: number;
  readonly start_period?: Nanoseconds;
  readonly start_interval?: Nanoseconds;
  readonly disable?: boolean;
}

export interface ServiceModel {
  readonly endpoint_var?: string;
  readonly model_var?: string;
}

export interface ServiceNetwork {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Mapping;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port {
  readonly name?: string;
  readonly mode: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port, a range, or absent: the engine chooses. */
  readonly published?: string;
  readonly protocol: string;
  readonly app_protocol?: string;
}

/** A service's (or a build's) use of a config or secret. */
export interface FileReference {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: number;
}

export interface ServiceVolume {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  /** Key of a top-level volume, an absolute host path, an image, or absent for an anonymous volume. */
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    /** True unless it says false. */
    readonly create_host_path?: boolean;
    readonly recursive?: string;
  };
  readonly volume?: { readonly labels?: Mapping; readonly nocopy?: boolean; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: Bytes; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

export interface Network {
  /** The engine's name for it. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Mapping;
  readonly ipam: {
    readonly driver?: string;
    readonly config?: readonly IpamPool[];
    readonly options?: Mapping;
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Mapping;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly extensions?: ReadonlyMap<string, Json>;
}

export interface IpamPool {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ip_range?: string;
  readonly aux_addresses?: Mapping;
}

export interface Volume {
  /** The engine's name for it. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Mapping;
  readonly external?: boolean;
  readonly labels?: Mapping;
  readonly extensions?: ReadonlyMap<string, Json>;
}

/** A top-level config or secret. */
export interface FileObject {
  readonly name: string;
  /** Absolute path. */
  readonly file?: string;
  /** Name of a variable. */
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Mapping;
  readonly driver?: string;
  readonly driver_opts?: Mapping;
  readonly template_driver?: string;
  readonly extensions?: ReadonlyMap<string, Json>;
}

export interface Model {
  readonly name: string;
  readonly model?: string;
  readonly context_size?: number;
  readonly runtime_flags?: readonly string[];
  readonly extensions?: ReadonlyMap<string, Json>;
}
