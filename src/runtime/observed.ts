import type { ContainerId, ProjectName } from '../core/ids.ts';
import type { ObservedImage } from '../images/index.ts';
import type { ObservedNetwork } from '../network/index.ts';
import type { ObservedMount, ObservedVolume } from '../volumes/index.ts';

/** What a snapshot looks at: everything that carries the project's label, and these names besides. */
export interface SnapshotQuery {
  readonly project: ProjectName;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Image references to inspect. */
  readonly images: readonly string[];
  /** Ports of the engine's host of which it is wanted who has them now. */
  readonly hostPorts?: readonly number[];
  /** Nothing but the containers is wanted: networks, volumes and images are neither asked for nor returned. */
  readonly only?: 'containers';
}

/** One observation of the engine; the planner's whole knowledge of the world. */
export interface ObservedState {
  /** All of the project, stopped and one-off ones included, in byte order of their names. */
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  /** By the reference that was asked for; a missing image has no entry. */
  readonly images: ReadonlyMap<string, ObservedImage>;
  /** Helpers of `pre_start` hooks that earlier runs left: no replicas of anything. */
  readonly hookContainers?: readonly ObservedContainer[];
  /** Who has the ports that were asked about, as far as it can be known; of all projects. */
  readonly portHolders?: readonly PortHolder[];
}

/** Whoever listens on a port of the engine's host. */
export interface PortHolder {
  readonly port: number;
  readonly protocol: string;
  /** Absent: on all addresses. */
  readonly hostIp?: string;
  readonly holder:
    | {
        readonly kind: 'container';
        readonly id: ContainerId;
        readonly name: string;
        readonly labels: Readonly<Record<string, string>>;
      }
    /** Without a name when the process cannot be looked at. */
    | { readonly kind: 'process'; readonly pid?: number; readonly name?: string };
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
/** `none`: no health check is configured. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface ObservedContainer {
  readonly id: ContainerId;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ContainerState;
  /** It runs, but a stop of it was cut short: it may end at any moment. To start it ends it first and runs it anew. */
  readonly isStopCutShort?: true;
  readonly health: Health;
  /** Of the last run; absent while there was none. */
  readonly exitCode?: number;
  /** The engine's own sentence, e.g. `Up 3 seconds (healthy)`. */
  readonly status: string;
  /** Unix time in seconds. */
  readonly createdAt: number;
  readonly networks: readonly ObservedEndpoint[];
  readonly mounts: readonly ObservedMount[];
  readonly ports: readonly ObservedPort[];
}

export interface ObservedEndpoint {
  /** The engine's name of the network. */
  readonly network: string;
  /** Absent while the container is not started. */
  readonly networkId?: string;
  readonly ipv4Address?: string;
}

export interface ObservedPort {
  readonly target: number;
  readonly protocol: string;
  readonly hostIp?: string;
  /** Absent when the port is only exposed. */
  readonly published?: number;
}

/** What only an inspection tells: for waits, failure reports and exec. */
export interface ContainerDetails {
  readonly id: ContainerId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ContainerState;
  readonly health: Health;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The engine's reason when the process could not be started. */
  readonly error: string;
  /** RFC 3339; absent before the first start. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly restartCount: number;
  readonly tty: boolean;
  /** Its standard input can be written to. */
  readonly stdinOpen: boolean;
  /** Its health check, the image's included; absent when it has none or it is disabled. */
  readonly probe?: ProbeSpec;
  /** Last probes, oldest first. */
  readonly probes: readonly ProbeResult[];
}

export interface ProbeSpec {
  /** What is executed in the container; healthy is exit code 0. */
  readonly command: readonly string[];
}

export interface ProbeResult {
  readonly exitCode: number;
  readonly output: string;
}
