import type { ProjectName, ServiceName } from '../core/ids.ts';
import type { Bytes, Nanoseconds } from '../core/units.ts';
import type { NetworkAttachment, PublishedPort } from '../network/index.ts';
import type { MountSpec } from '../volumes/index.ts';

/**
 * What a container shall be, in words that every driver understands: plain JSON, everything resolved. A driver that
 * cannot honour a field rejects the whole spec with `engine.capability` and names the field; it never drops one.
 */
export interface ContainerSpec {
  readonly project: ProjectName;
  readonly service: ServiceName;
  /** Replica number from 1; absent for a one-off container. */
  readonly number?: number;
  /** The engine's name for it. */
  readonly name: string;
  readonly image: string;
  readonly platform?: string;
  /** Absent keeps the image's, `[]` clears it. */
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** `KEY=value`, or a bare `KEY` that unsets what the image says. */
  readonly environment: readonly string[];
  /** The user's and the tool's, config hash included. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  /** Its standard input ends with the first session that is attached to it (`attachInput`); that of a terminal does not. */
  readonly stdinOnce?: boolean;
  /** The engine removes it, and its anonymous volumes, as soon as it has ended. */
  readonly autoRemove?: boolean;
  readonly init?: boolean;
  readonly healthcheck?: HealthcheckSpec;
  readonly stopSignal?: string;
  /** Whole seconds between the stop signal and SIGKILL; absent: the engine's default of 10. */
  readonly stopTimeoutSeconds?: number;
  readonly restart?: RestartPolicySpec;
  readonly mounts: readonly MountSpec[];
  /** Containers whose mounts this one takes over, `id` or `id:ro`. */
  readonly volumesFrom: readonly string[];
  readonly network: NetworkAttachment;
  readonly ports: readonly PublishedPort[];
  /** `80/tcp`: known to other containers, not published. */
  readonly expose: readonly string[];
  readonly dns: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly dnsSearch: readonly string[];
  /** `host:address`. */
  readonly extraHosts: readonly string[];
  readonly macAddress?: string;
  readonly ipc?: NamespaceMode;
  readonly pid?: NamespaceMode;
  readonly uts?: string;
  readonly userns?: string;
  readonly cgroup?: string;
  readonly cgroupParent?: string;
  readonly readOnly: boolean;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly groupAdd: readonly string[];
  readonly securityOptions: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly devices: readonly {
    readonly source: string;
    readonly target: string;
    readonly permissions: string;
  }[];
  readonly deviceCgroupRules: readonly string[];
  readonly deviceRequests: readonly DeviceRequestSpec[];
  readonly resources: ResourceSpec;
  readonly shmSize?: Bytes;
  readonly storageOptions: Readonly<Record<string, string>>;
  readonly runtime?: string;
  readonly isolation?: string;
  readonly logging?: { readonly driver?: string; readonly options: Readonly<Record<string, string>> };
}

/** `host`, `private`, `shareable`, … or another container's namespace. */
export type NamespaceMode =
  | { readonly kind: 'mode'; readonly mode: string }
  | { readonly kind: 'container'; readonly container: string };

export type HealthcheckSpec =
  | { readonly kind: 'disabled' }
  | {
      readonly kind: 'probe';
      /** Absent keeps the image's test. */
      readonly test?: readonly string[];
      readonly interval?: Nanoseconds;
      readonly timeout?: Nanoseconds;
      readonly startPeriod?: Nanoseconds;
      readonly startInterval?: Nanoseconds;
      readonly retries?: number;
    };

export interface RestartPolicySpec {
  readonly name: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  readonly maximumRetries?: number;
}

export interface FileSpec {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface DeviceRequestSpec {
  readonly driver?: string;
  /** -1 is all. */
  readonly count?: number;
  readonly deviceIds: readonly string[];
  readonly capabilities: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

export interface ResourceSpec {
  readonly memory?: Bytes;
  readonly memoryReservation?: Bytes;
  /** Memory and swap together; -1 is unlimited. */
  readonly memorySwap?: Bytes;
  readonly memorySwappiness?: number;
  readonly nanoCpus?: number;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuRealtimePeriod?: number;
  readonly cpuRealtimeRuntime?: number;
  readonly cpusetCpus?: string;
  readonly cpuCount?: number;
  readonly cpuPercent?: number;
  readonly pidsLimit?: number;
  readonly oomKillDisable?: boolean;
  readonly oomScoreAdjust?: number;
  readonly blkioWeight?: number;
  readonly blkioWeightDevices: readonly { readonly path: string; readonly weight: number }[];
  readonly blkioReadBps: readonly ThrottleSpec[];
  readonly blkioWriteBps: readonly ThrottleSpec[];
  readonly blkioReadIops: readonly ThrottleSpec[];
  readonly blkioWriteIops: readonly ThrottleSpec[];
}

export interface ThrottleSpec {
  readonly path: string;
  readonly rate: number;
}
