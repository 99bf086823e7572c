import type { ContainerId, ProjectName, ServiceName } from '../core/ids.ts';
import type { BuildSpec, PullProgress, RegistryCredentials } from '../images/index.ts';
import type { EndpointSpec, NetworkSpec } from '../network/index.ts';
import type { InheritableVolume, VolumeSpec } from '../volumes/index.ts';
import type { Housekeeping } from './housekeeping.ts';
import type { ImageVerbs, KeptImage } from './image-verbs.ts';
import type { ContainerDetails, Health, ObservedState, SnapshotQuery } from './observed.ts';
import type { ContainerSpec, FileSpec } from './spec.ts';

/**
 * The port behind which every runtime stands. The contract suite (test/contract) pins what each verb promises:
 *
 * - Removing what is not there succeeds. Stopping what does not run succeeds.
 * - Creating what exists with the same config hash and project returns the existing one; with another hash it
 *   rejects with `engine.conflict`.
 * - An aborted call rejects with the signal's reason and leaves no listener behind.
 * - Failures reject with a FlotillaError; `retryable` tells whether the same call may succeed later.
 * - Containers, networks and volumes may be named by id or by name.
 */
export interface Driver {
  readonly kind: 'docker' | 'native' | 'fake';
  readonly capabilities: Capabilities;
  /** Where the runtime is, for messages: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;

  version(signal?: AbortSignal): Promise<EngineVersion>;
  snapshot(query: SnapshotQuery, signal?: AbortSignal): Promise<ObservedState>;

  createNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<void>;
  removeNetwork(name: string, signal?: AbortSignal): Promise<void>;
  connectNetwork(container: ContainerId, endpoint: EndpointSpec, signal?: AbortSignal): Promise<void>;
  disconnectNetwork(container: ContainerId, network: string, signal?: AbortSignal): Promise<void>;

  createVolume(spec: VolumeSpec, signal?: AbortSignal): Promise<void>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;
  /** Makes a volume unless it exists, and puts files into it; one that has the name already is replaced. */
  fillVolume(filling: VolumeFilling, signal?: AbortSignal): Promise<void>;

  /** By tag, digest, id or the beginning of one; resolves to undefined when there is no such image. */
  inspectImage(reference: string, signal?: AbortSignal): Promise<KeptImage | undefined>;
  /** The steps by which an image came about, the last one first; undefined when there is no such image. */
  imageHistory(reference: string, signal?: AbortSignal): Promise<readonly ImageStep[] | undefined>;
  pullImage(reference: string, options: PullOptions, signal?: AbortSignal): Promise<void>;
  /**
   * Sends an image to the registry that its name says; resolves to what that has now. Rejects with `image.not-found`
   * when there is no such tag on the engine, `image.denied`, and with `image.push`.
   */
  pushImage(reference: string, options: PushOptions, signal?: AbortSignal): Promise<readonly PushedImage[]>;
  removeImage(reference: string, signal?: AbortSignal): Promise<void>;
  /**
   * Builds an image by the builder that the runtime has, and keeps it under its tags. Rejects with
   * `image.build-unsupported` where there is none, or it cannot do what is asked for, and with `image.build`.
   */
  buildImage(spec: BuildSpec, options: BuildImageOptions, signal?: AbortSignal): Promise<void>;
  /** Absent where images are looked after by other commands, as those of docker. */
  readonly images?: ImageVerbs;
  readonly housekeeping: Housekeeping;

  /**
   * Creates without starting. When the engine gives the container up half-way (a network that cannot be joined),
   * nothing is left behind.
   */
  createContainer(spec: ContainerSpec, options: CreateOptions, signal?: AbortSignal): Promise<ContainerId>;
  /** Starts a created, exited or paused container; succeeds when it runs already. */
  startContainer(container: ContainerId, signal?: AbortSignal, onNote?: OnNote): Promise<void>;
  /** Sends the stop signal, waits for the grace period, kills. Absent timeout: the container's own. */
  stopContainer(
    container: ContainerId,
    options: { readonly timeoutSeconds?: number },
    signal?: AbortSignal,
  ): Promise<void>;
  /** With SIGKILL it resolves when the container has ended, as Docker's does. */
  killContainer(container: ContainerId, signalName: string, signal?: AbortSignal): Promise<void>;
  /** Holds its processes still; one that is held still stays so. Rejects with `engine.conflict` when it does not run. */
  pauseContainer(container: ContainerId, signal?: AbortSignal): Promise<void>;
  /** Lets its processes go on; succeeds when nobody holds them still. */
  unpauseContainer(container: ContainerId, signal?: AbortSignal): Promise<void>;
  removeContainer(container: ContainerId, options: RemoveOptions, signal?: AbortSignal): Promise<void>;
  renameContainer(container: ContainerId, name: string, signal?: AbortSignal): Promise<void>;
  /** Resolves to undefined when there is no such container. */
  inspectContainer(container: ContainerId, signal?: AbortSignal): Promise<ContainerDetails | undefined>;

  /**
   * The processes of a container that runs or is paused, as `ps -ef` shows them. Rejects with `engine.conflict` when it
   * does not run.
   */
  listProcesses(container: ContainerId, signal?: AbortSignal): Promise<ProcessTable>;
  /**
   * What a container takes of the machine, about once a second; the first reading is there after one to two seconds,
   * since a share of the processors is one of some time. Ends with the container's run, at once when it does not run.
   */
  stats(container: ContainerId, signal?: AbortSignal): AsyncIterable<ContainerStats>;

  /** Past output and, with `follow`, what comes; ends with the container's run. */
  logs(container: ContainerId, options: LogOptions, signal?: AbortSignal): AsyncIterable<OutputChunk>;
  /**
   * Output from now on; resolves once attached, so that attaching to a created container and then starting it
   * loses no byte. Ends with the container's run.
   */
  attach(container: ContainerId, signal?: AbortSignal): Promise<AsyncIterable<OutputChunk>>;
  /**
   * As `attach`, with a way to the standard input of a container that has it open (`stdinOpen`); whether the end of the
   * session ends that too, the container's `stdinOnce` says. Aborting leaves the container as it is.
   */
  attachInput(container: ContainerId, signal?: AbortSignal, leave?: LeaveKeys): Promise<InputSession>;
  /** Resolves once subscribed: nothing that happens afterwards is missed. Ends when aborted or the engine goes away (then it throws). */
  events(filter: EventFilter, signal?: AbortSignal): Promise<AsyncIterable<EngineEvent>>;

  exec(container: ContainerId, spec: ExecSpec, signal?: AbortSignal): Promise<ExecSession>;
  /** Puts files into a container, running or not; missing parent directories are made. */
  putFiles(container: ContainerId, files: readonly FileSpec[], signal?: AbortSignal): Promise<void>;
  /**
   * A tar stream of a path in a container, running or not. The names in it begin with the last one of the path, or with
   * `.` when the path ends in `/.`. A link is what is asked for, unless a slash follows it.
   */
  getArchive(container: ContainerId, path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;

  /**
   * Unpacks a tar stream in a folder of a container, running or not. What is there already is replaced, but no folder by
   * something else or the other way round. Links lead where they lead inside, never out of the container.
   */
  putArchive(
    container: ContainerId,
    path: string,
    archive: AsyncIterable<Uint8Array>,
    options: PutArchiveOptions,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * What is at a path of a container, running or not; undefined when there is nothing, or no such container. A slash at
   * its end follows a link.
   */
  statPath(container: ContainerId, path: string, signal?: AbortSignal): Promise<PathStat | undefined>;

  /**
   * A tar stream of a container's own file system, running or not, without what is mounted in it: of that only the places
   * are there. The names in it are those of its root, without a slash before them.
   */
  exportContainer(container: ContainerId, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;

  /**
   * Makes an image of a container, running or not: its image with a layer of what is different in its file system, without
   * what is mounted in it, and its settings with the changes. Resolves to its id. Rejects with `image.reference` and
   * `cli.usage` for a name and a change that make no sense.
   */
  commitContainer(container: ContainerId, options: CommitOptions, signal?: AbortSignal): Promise<string>;

  /** Ends connections that the driver keeps open; containers go on. */
  close(): Promise<void>;
}

/** What a runtime can do, as data: the planner reads it, nobody asks for the driver's name. */
export interface Capabilities {
  /** `healthcheck.start_interval` is honoured. */
  readonly startInterval: boolean;
  /** All endpoints of a container can be given when it is created. */
  readonly manyEndpointsAtCreate: boolean;
  /** `type: image` mounts. */
  readonly imageMounts: boolean;
  /** `volume.subpath`. */
  readonly volumeSubpath: boolean;
  /** `networks.*.interface_name`. */
  readonly interfaceName: boolean;
  /** `networks.*.gw_priority`. */
  readonly gatewayPriority: boolean;
  /** `networks.*.enable_ipv4: false`. */
  readonly disableIpv4: boolean;
  readonly annotations: boolean;
}

export interface EngineVersion {
  /** `Docker Engine`, `Podman Engine`, … */
  readonly product: string;
  readonly version: string;
  /** API version in use, e.g. `1.41`. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
}

export interface PullOptions {
  readonly platform?: string;
  readonly credentials?: RegistryCredentials;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface ImageStep {
  /** Absent where it is not known; the last step's is the image's. */
  readonly id?: string;
  /** Unix time in milliseconds. */
  readonly createdAt?: number;
  /** The instruction of a Dockerfile, or what stands for it. */
  readonly by: string;
  /** Bytes that its layer added. */
  readonly size: number;
  readonly comment: string;
}

export interface PushOptions {
  readonly credentials?: RegistryCredentials;
  /** All tags of the repository instead of one. */
  readonly allTags?: boolean;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface PushedImage {
  /** With its tag, as docker writes it. */
  readonly reference: string;
  /** Of its manifest. */
  readonly digest: string;
  /** Bytes of its manifest. */
  readonly size: number;
}

export interface BuildImageOptions {
  /** Variables that secrets of the build are taken from, beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who one is to the registries of images that the build begins with. */
  readonly credentialsFor?: (reference: string) => Promise<RegistryCredentials | undefined>;
  /** Hears every line of the builder's output. */
  readonly onLine?: (line: string) => void;
}

export interface CreateOptions {
  /** Name to create it under; the spec's unless given. */
  readonly as?: string;
  readonly inherit?: readonly InheritableVolume[];
  /** Hears what the machine cannot give and the container therefore goes without. */
  readonly onNote?: OnNote;
}

export type OnNote = (note: EngineNote) => void;

export interface EngineNote {
  /** Keys below the service that ask for it: `['ulimits', 'nofile']`. */
  readonly path: readonly string[];
  /** One sentence that names the whole key, where it is that key alone which asks for too much. */
  readonly message: string;
}

export interface VolumeFilling {
  readonly volume: VolumeSpec;
  /** For whom; in what the engine shows of it. */
  readonly service: ServiceName;
  /** Any image that is on the engine; nothing of it is run. */
  readonly image: string;
  readonly platform?: string;
  /** Their paths are relative to the volume. */
  readonly files: readonly FileSpec[];
}

export interface RemoveOptions {
  /** Kill it first when it runs. */
  readonly force: boolean;
  /** Remove its anonymous volumes too. */
  readonly volumes: boolean;
}

export interface ProcessTable {
  /** Of the columns: `UID`, `PID`, …, the command last. */
  readonly titles: readonly string[];
  /** A row for each process. */
  readonly processes: readonly (readonly string[])[];
}

/** A figure that the engine or its machine cannot tell is absent, and `missing` says why. */
export interface ContainerStats {
  /** Percent of one processor, since the reading before: two and a half processors are 250. */
  readonly cpu?: number;
  /** Bytes; what is used without files that were read and may go at any time. Without a limit, it is the machine's memory. */
  readonly memory?: { readonly used: number; readonly limit: number };
  /** Bytes over all of its networks since they were made for it; none of the host's, if it has that. */
  readonly network?: { readonly received: number; readonly sent: number };
  /** Bytes since it was started, from and to disks. */
  readonly blockIo?: { readonly read: number; readonly written: number };
  /** Processes and threads. */
  readonly processes?: number;
  /** A sentence for each figure that is absent, which names what is to blame. */
  readonly missing: readonly string[];
}

export interface LogOptions {
  readonly follow: boolean;
  /** Number of lines from the end; absent: all. */
  readonly tail?: number;
  /** RFC 3339, Unix seconds, or a Go duration before now (`10m`). */
  readonly since?: string;
  readonly until?: string;
  /** Fill `OutputChunk.time`. */
  readonly timestamps?: boolean;
}

/** A piece of output as the engine framed it: not necessarily a line. A container with a terminal has only stdout. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
  /** RFC 3339 with nanoseconds; only when asked for, then a chunk begins at a line's beginning. */
  readonly time?: string;
}

export interface EventFilter {
  readonly project?: ProjectName;
  /** What was since then, too, as far as the engine remembers it; written as in LogOptions. */
  readonly since?: string;
  /** When they end by themselves, which may have been already; written as in LogOptions. */
  readonly until?: string;
  /** What changes nothing in a container's life (`other`), too, as far as the engine tells of it. */
  readonly all?: boolean;
}

export type ContainerAction =
  | 'create'
  | 'start'
  | 'restart'
  | 'pause'
  | 'unpause'
  | 'stop'
  | 'kill'
  | 'die'
  | 'oom'
  | 'destroy'
  | 'rename'
  | 'health'
  | 'other';

export interface EngineEvent {
  readonly action: ContainerAction;
  readonly container: ContainerId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On `die`. */
  readonly exitCode?: number;
  /** On `health`. */
  readonly health?: Health;
  /** The action in docker's words, with what follows it: `exec_create: sh -c true`, `health_status: healthy`. */
  readonly words: string;
  /** What else is known of it, by docker's names: `image`, `exitCode`, `signal`, `execID`, … */
  readonly details: Readonly<Record<string, string>>;
  /** Unix time in nanoseconds, as a decimal string. */
  readonly time: string;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged: boolean;
  readonly tty: boolean;
  /** Whether the caller will write to `stdin`. */
  readonly stdin: boolean;
  /** Start it and return at once: no output, no exit code. */
  readonly detach: boolean;
  readonly size?: TerminalSize;
  readonly leave?: LeaveKeys;
}

/**
 * What a person types to leave a terminal, as docker writes it (`ctrl-p,ctrl-q`). The caller looks for it; an engine that
 * looks, too, is told, so that it holds no other keys back.
 */
export type LeaveKeys = string;

export interface PutArchiveOptions {
  /** Everything belongs to the user that the container runs as, if it names one, instead of those in the archive. */
  readonly ownedByUser: boolean;
}

export type PathStat =
  | { readonly kind: 'file' | 'folder' }
  /** `target`: where it leads in the container, all links followed; it need not be there. */
  | { readonly kind: 'link'; readonly target: string }
  /** A device, a pipe, a socket. */
  | { readonly kind: 'other' };

export interface CommitOptions {
  /** A tag, which is taken from another image that has it. */
  readonly reference?: string;
  /** What the image says of who made it. */
  readonly author?: string;
  /** What its history says. */
  readonly message?: string;
  /** Lines of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, USER, VOLUME, WORKDIR. */
  readonly changes: readonly string[];
  /** Hold its processes still meanwhile. */
  readonly pause: boolean;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Both ways to and from a process. */
export interface InputSession {
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when the process took the bytes (back-pressure). */
  write(data: Uint8Array): Promise<void>;
  /** Closes the process's standard input. */
  end(): void;
  /** Of the process's terminal, once it runs. */
  resize(size: TerminalSize): Promise<void>;
}

export interface ExecSession extends InputSession {
  /** Resolves after the output has ended. */
  exitCode(): Promise<number>;
  /** The command goes on when the session is over. */
  readonly canBeLeft?: true;
}
