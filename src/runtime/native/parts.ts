import type { ContainerId, ProjectName } from '../../core/ids.ts';
import type { ObservedImage } from '../../images/index.ts';
import type { EndpointSpec, NetworkSpec, ObservedNetwork, PublishedPort } from '../../network/index.ts';
import type {
  InheritableVolume,
  MountSpec,
  ObservedMount,
  ObservedVolume,
  VolumeSpec,
} from '../../volumes/index.ts';
import type { ImageStep, PullOptions, PushedImage, PushOptions, VolumeFilling } from '../driver.ts';
import type { Leftover } from '../housekeeping.ts';
import type { ImagePruneOptions, ImageVerbs, PrunedImages, RemovedImages } from '../image-verbs.ts';
import type { ObservedEndpoint, ObservedPort, PortHolder } from '../observed.ts';

/**
 * The parts of the native engine as its driver sees them. Each part owns a folder below the root and is the only
 * writer there; all of them may be used by several processes at once (a command, the supervisors of other projects).
 */
export interface NativeParts {
  readonly images: ImageStore;
  readonly networks: Networks;
  readonly volumes: Volumes;
}

/** Where an engine keeps what it knows; two engines with different roots know nothing of each other. */
export interface Root {
  /** Survives a reboot: images, volumes, records of containers and networks. */
  readonly lasting: string;
  /** Gone with a reboot: processes, sockets, namespaces, events. */
  readonly volatile: string;
  /** Eight hex digits that tell the devices and tables of this root from those of others. */
  readonly tag: string;
}

/** The part of an OCI image configuration that running it needs; see opencontainers/image-spec, config.md. */
export interface ImageConfig {
  readonly user?: string;
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDir?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Paths that are volumes. */
  readonly volumes: readonly string[];
  /** `80/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly stopSignal?: string;
  /** Durations in nanoseconds, as in the image; an extension of Docker's. */
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval?: number;
    readonly timeout?: number;
    readonly startPeriod?: number;
    readonly startInterval?: number;
    readonly retries?: number;
  };
}

/**
 * Tells whether a container has something, by its name or id, while no new container can come: what nobody has then may
 * go. Only what does not wait belongs into the work.
 */
export type WithUsers = <T>(work: (inUse: (reference: string) => boolean) => Promise<T> | T) => Promise<T>;

export interface StoredImage {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  readonly config: ImageConfig;
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Folders of its unpacked layers, lowest first; read-only for everyone. */
  readonly layers: readonly string[];
  /** Of all layers, unpacked, in bytes. */
  readonly size: number;
  /** Unix time in milliseconds, as the image says. */
  readonly createdAt?: number;
  readonly observed: ObservedImage;
}

export interface ImageStore extends Pick<ImageVerbs, 'configuration' | 'load' | 'save' | 'import' | 'tag'> {
  /** By tag, id, beginning of an id, or digest reference; undefined when there is none. */
  find(reference: string): Promise<StoredImage | undefined>;
  list(): Promise<readonly StoredImage[]>;
  /** As `Driver.imageHistory`. */
  history(reference: string): Promise<readonly ImageStep[] | undefined>;
  pull(reference: string, options: PullOptions, signal?: AbortSignal): Promise<void>;
  push(reference: string, options: PushOptions, signal?: AbortSignal): Promise<readonly PushedImage[]>;
  /** Removes the tag, and the image with its last tag. What is not there is no error; one in use is `engine.conflict`. */
  remove(
    reference: string,
    options: {
      readonly withUsers: WithUsers;
      /** Takes all tags of an id away. */
      readonly force?: boolean;
    },
  ): Promise<RemovedImages>;
  prune(options: ImagePruneOptions & { readonly withUsers: WithUsers }): Promise<PrunedImages>;
  /** Adds a layer to an image; resolves to the id of the new one. */
  extend(request: ExtendRequest, signal?: AbortSignal): Promise<string>;
  usage(): Promise<ImageUsage>;
  /** Ends connections that are kept open. */
  close(): void;
}

export interface ExtendRequest {
  /** Id of the image that is extended. */
  readonly base: string;
  /** The layer's archive, for messages. */
  readonly what: string;
  readonly archive: () => AsyncIterable<Uint8Array>;
  /** Fields of `config` in an image configuration, in place of those of the image. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Lines of a Dockerfile that are applied to that. */
  readonly changes: readonly string[];
  readonly reference?: string;
  readonly author?: string;
  readonly message?: string;
  /** What made it, in the words of its history. */
  readonly by: string;
}

export interface ImageUsage {
  /** Bytes of all layers. */
  readonly total: number;
  /** By the id of an image: bytes that no other image has. */
  readonly unique: ReadonlyMap<string, number>;
}

/** What a container's network needs to know of it. */
export interface PlumbRequest {
  readonly id: ContainerId;
  readonly project: ProjectName;
  readonly name: string;
  readonly endpoints: readonly EndpointSpec[];
  /** `dns` of its service: where its questions for outside names go, instead of to the host's servers. */
  readonly dns?: readonly string[];
}

export interface Plumbing {
  /** Path of the container's network namespace, ready to be joined. */
  readonly namespace: string;
  /**
   * In the order of the endpoints. An address that was asked for and that another container has is the container's when
   * it is published: so one can be made while the one that it replaces runs.
   */
  readonly addresses: readonly { readonly network: string; readonly ipv4?: string; readonly ipv6?: string }[];
  /** Where the engine's DNS answers for this container. */
  readonly nameservers: readonly string[];
}

/** A network and who has an end in it, running or not. */
export interface ListedNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly internal: boolean;
  /** The engine's own, which nobody made by hand. */
  readonly builtIn: boolean;
  readonly pools: readonly { readonly subnet: string; readonly gateway: string; readonly range?: string }[];
  /** Unix time in milliseconds. */
  readonly createdAt: number;
  readonly containers: readonly {
    readonly id: ContainerId;
    readonly name: string;
    readonly mac?: string;
    /** With the length of its prefix: `172.18.0.2/16`. */
    readonly ipv4?: string;
    readonly ipv6?: string;
  }[];
}

export interface Networks {
  /** As `Driver.createNetwork`. */
  create(spec: NetworkSpec, signal?: AbortSignal): Promise<void>;
  /** As `Driver.removeNetwork`; one with containers in it is `engine.conflict`. */
  remove(nameOrId: string, signal?: AbortSignal): Promise<void>;
  /** Of the project, and these names besides. */
  observe(query: {
    readonly project: ProjectName;
    readonly names: readonly string[];
  }): Promise<readonly ObservedNetwork[]>;
  /** Of all projects and of none. */
  list(): readonly ListedNetwork[];
  /** By name, id or the beginning of an id. */
  find(reference: string): ListedNetwork | undefined;
  /** What is of no container that is known, and of no network; with `mend` it goes. */
  sweep(request: {
    readonly isKnown: (container: string) => boolean;
    readonly mend: boolean;
  }): Promise<readonly Leftover[]>;
  /** Containers that count as running, with the ports that are open for them. */
  running(): readonly string[];

  /**
   * Reserves addresses, makes the container's namespace and its endpoints. Again for the same container gives the
   * same addresses, and makes again what a reboot took; the endpoints are then those that it has by now, whatever the
   * request says. To be called for all containers of a project at once: calls that wait are carried out together.
   */
  plumb(request: PlumbRequest, signal?: AbortSignal): Promise<Plumbing>;
  /** A namespace with nothing but a loopback device, for `network_mode: none`. */
  plumbNone(id: ContainerId): Promise<Plumbing>;
  connect(id: ContainerId, endpoint: EndpointSpec, signal?: AbortSignal): Promise<void>;
  disconnect(id: ContainerId, network: string, signal?: AbortSignal): Promise<void>;
  /** Follows a new name of the container. */
  rename(id: ContainerId, name: string): Promise<void>;
  /** Gives everything of the container back; what is not there is no error. */
  unplumb(id: ContainerId): Promise<void>;

  /**
   * To be called with every start, also without ports: from now on the container runs, its names are known to others
   * and its addresses are nobody else's. Opens ports of the host for it; when one is taken, that is
   * `engine.port-in-use`, and when a running container has an address that it asks for, `engine.conflict`; then nothing
   * is done. Resolves to sentences about what other firewalls of the machine stand in the way of.
   */
  publish(id: ContainerId, ports: readonly PublishedPort[], signal?: AbortSignal): Promise<readonly string[]>;
  /** To be called with every end of its process. */
  unpublish(id: ContainerId): Promise<void>;

  /** As a snapshot shows them: addresses only while it runs. */
  endpoints(id: ContainerId): Promise<readonly ObservedEndpoint[]>;
  /** Published ports that are open now. */
  ports(id: ContainerId): Promise<readonly ObservedPort[]>;
  /** Of containers the project is their only label here. */
  portHolders(ports: readonly number[]): Promise<readonly PortHolder[]>;
}

/** A mount as the OCI runtime takes it (opencontainers/runtime-spec, config.md). */
export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface MountRequest {
  readonly id: ContainerId;
  readonly project: ProjectName;
  readonly mounts: readonly MountSpec[];
  /** The image's VOLUME paths. */
  readonly imageVolumes: readonly string[];
  readonly inherit: readonly InheritableVolume[];
  /** Mounts of the containers of `volumes_from`, already found. */
  readonly taken: readonly { readonly mounts: readonly HeldMount[]; readonly readOnly: boolean }[];
  /** The container's root, mounted; volumes are filled from it. */
  readonly rootfs: string;
  /** Folders of an image's layers, for `type: image` mounts. */
  readonly layersOf: (image: string) => Promise<readonly string[]>;
}

/** A mount that a container holds: what the runtime gets, what an observer sees, and whose volume it is. */
export interface HeldMount {
  readonly oci: OciMount;
  readonly observed: ObservedMount;
  readonly readOnly: boolean;
  /** The volume has no name of the user's, and goes with `RemoveOptions.volumes`. */
  readonly anonymous: boolean;
  /** A mount on the host that `oci.source` is in. */
  readonly host?: HostMount;
}

export type HostMount =
  | {
      readonly kind: 'image';
      readonly target: string;
      /** Lowest first. */
      readonly layers: readonly string[];
      /** Where what is written goes; absent: nothing can be written. */
      readonly own?: string;
    }
  /** A volume with `driver_opts`. */
  | {
      readonly kind: 'volume';
      readonly volume: string;
      readonly target: string;
      readonly type: string;
      readonly device: string;
      readonly options: string;
    };

export interface ListedVolume {
  readonly name: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix time in milliseconds. */
  readonly createdAt: number;
  /** Nobody gave it a name. */
  readonly anonymous: boolean;
  /** The folder that containers see. */
  readonly data: string;
}

export interface Volumes {
  create(spec: VolumeSpec, signal?: AbortSignal): Promise<void>;
  /** One that a container holds is `engine.conflict`. */
  remove(name: string, options: { readonly withUsers: WithUsers }): Promise<void>;
  observe(query: {
    readonly project: ProjectName;
    readonly names: readonly string[];
  }): Promise<readonly ObservedVolume[]>;
  /** Of all projects and of none, by name. */
  list(): readonly ListedVolume[];
  fill(filling: VolumeFilling, signal?: AbortSignal): Promise<void>;
  /** Makes what the mounts of a container need (volumes, host folders), fills empty volumes from its root. */
  hold(request: MountRequest, signal?: AbortSignal): Promise<readonly HeldMount[]>;
  /** Makes kernel mounts again that held volumes need (`driver_opts` of type nfs, tmpfs), as after a reboot. */
  revive(mounts: readonly HeldMount[]): Promise<void>;
  /**
   * Undoes what `hold` made for a container that goes: mounts on the host, unless another container holds the volume.
   * Volumes stay; what is not there is no error.
   */
  release(
    mounts: readonly Pick<HeldMount, 'host'>[],
    options: { readonly inUse: (volume: string) => boolean },
  ): Promise<void>;
}
