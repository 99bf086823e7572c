import type { PrunedImages } from './image-verbs.ts';
import type { ObservedContainer } from './observed.ts';

/** What a runtime keeps of all projects and of none, for who looks after it by hand. Lists are in byte order of names. */
export interface Housekeeping {
  containers(signal?: AbortSignal): Promise<readonly ObservedContainer[]>;
  networks(signal?: AbortSignal): Promise<readonly KeptNetwork[]>;
  volumes(signal?: AbortSignal): Promise<readonly KeptVolume[]>;
  /** In the fields of docker's inspections; undefined when there is none. Networks by name, id or the beginning of one. */
  describe(
    kind: 'network' | 'volume',
    reference: string,
    signal?: AbortSignal,
  ): Promise<Description | undefined>;
  /** What it takes of the disk. Looks at every file, and may take long. */
  usage(signal?: AbortSignal): Promise<EngineUsage>;
  /** About the engine and its machine, in the fields of `docker info`. */
  information(signal?: AbortSignal): Promise<Description>;
  /** Removes images that no container is of: those without tags, or all of them. */
  pruneImages(
    options: { readonly all: boolean; readonly filter: PruneFilter },
    signal?: AbortSignal,
  ): Promise<PrunedImages>;
  /** Absent where the runtime builds nothing itself. */
  pruneBuildCache?(
    options: { readonly all: boolean; readonly filter: PruneFilter },
    signal?: AbortSignal,
  ): Promise<PrunedCache>;
  /** Absent where the runtime has a daemon, which looks after itself. */
  readonly leftovers?: Leftovers;
}

/** JSON, as an engine writes it. */
export type Description = Readonly<Record<string, unknown>>;

export interface KeptNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** `local`, `swarm`, … */
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly ipv6: boolean;
  /** Unix time in milliseconds. */
  readonly createdAt?: number;
  /** The engine made it and does not let it go. */
  readonly builtIn: boolean;
  /** A container runs in it. */
  readonly inUse: boolean;
}

export interface KeptVolume {
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Path on the engine's host. */
  readonly mountpoint: string;
  /** Nobody gave it a name. */
  readonly anonymous: boolean;
  /** A container has it, running or not, or will have it once it is made. */
  readonly inUse: boolean;
}

export interface EngineUsage {
  /** Bytes of all layers, each counted once. */
  readonly layers: number;
  readonly images: readonly ImageUse[];
  readonly containers: readonly ContainerUse[];
  readonly volumes: readonly VolumeUse[];
  readonly cache: readonly CacheUse[];
}

export interface ImageUse {
  readonly id: string;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
  /** Unix time in milliseconds. */
  readonly createdAt?: number;
  /** Bytes, and how many of them other images have as well. */
  readonly size: number;
  readonly shared: number;
  /** How many containers are of it. */
  readonly containers: number;
}

export interface ContainerUse {
  readonly container: ObservedContainer;
  /** Bytes that it has written besides its volumes. */
  readonly size: number;
}

export interface VolumeUse {
  readonly name: string;
  /** Bytes; absent for what is not on the engine's own disk. */
  readonly size?: number;
  /** How many containers have it. */
  readonly containers: number;
}

export interface CacheUse {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly inUse: boolean;
  readonly shared: boolean;
  /** RFC 3339. */
  readonly createdAt?: string;
  readonly lastUsedAt?: string;
  readonly uses: number;
}

/** Narrows down what a prune takes; all of it has to fit. */
export interface PruneFilter {
  /** Made before then; Unix time in milliseconds. What has no such time fits. */
  readonly until?: number;
  /** `NAME` or `NAME=VALUE` of labels that it has, and of others that it has not. */
  readonly labels: readonly string[];
  readonly withoutLabels: readonly string[];
}

export interface PrunedCache {
  readonly deleted: readonly string[];
  readonly reclaimed: number;
}

/** What commands that were killed, crashes and full disks have left behind, and nobody needs. */
export interface Leftovers {
  /** Looks, and changes nothing. */
  find(signal?: AbortSignal): Promise<readonly Leftover[]>;
  /** Takes them away, or sets right what is wrong; resolves to what was found. What somebody works on stays. */
  mend(signal?: AbortSignal): Promise<readonly Leftover[]>;
}

export interface Leftover {
  readonly kind:
    | 'cgroup'
    | 'container'
    | 'device'
    | 'firewall'
    | 'mount'
    | 'name'
    | 'namespace'
    | 'port'
    | 'record'
    | 'supervisor'
    | 'trash'
    | 'volume';
  /** In words: which one, and what is wrong with it. */
  readonly text: string;
}
