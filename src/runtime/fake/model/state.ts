import type { ContainerId } from '../../../core/ids.ts';
import type { ObservedImage } from '../../../images/index.ts';
import type { EndpointSpec, NetworkSpec } from '../../../network/index.ts';
import type { VolumeSpec } from '../../../volumes/index.ts';
import type { Health, ObservedPort, ProbeResult } from '../../observed.ts';
import type { ContainerSpec } from '../../spec.ts';

/** All that a fake engine knows; every change makes a new one. Times are Unix milliseconds. */
export interface EngineState {
  /** In the order of their creation, as are all maps here. */
  readonly containers: ReadonlyMap<ContainerId, FakeContainer>;
  /** By name. */
  readonly networks: ReadonlyMap<string, FakeNetwork>;
  /** By name. */
  readonly volumes: ReadonlyMap<string, FakeVolume>;
  /** Images that are present, by full reference: `docker.io/library/redis:latest`. */
  readonly images: ReadonlyMap<string, FakeImage>;
  /** Every image that is not listed is present too. */
  readonly everyImage: boolean;
  /** What lies on the engine's host, by path. */
  readonly host: Files;
  /** Paths of the host where nothing is. */
  readonly missingHostPaths: readonly string[];
  /** Ports of the host that something outside the engine holds. */
  readonly busyPorts: readonly number[];
  /** How many things were made so far; ids derive from it. */
  readonly serial: number;
}

export interface FakeContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly imageId: string;
  readonly createdAt: number;
  readonly state: RunState;
  readonly endpoints: readonly FakeEndpoint[];
  readonly mounts: readonly FakeMount[];
  /** Bound while it runs. */
  readonly ports: readonly ObservedPort[];
  /** What differs from the image. */
  readonly files: Files;
  /** How often it was started. */
  readonly runs: number;
  /** Restarts by its policy since it was last started by hand. */
  readonly restartCount: number;
}

/**
 * created --start--> running --exit--> exited --start--> running
 *                    |  ^  \--exit, policy--> restarting --start--> running
 *               pause v  | unpause, start         \--stop--> exited
 *                    paused
 */
export type RunState =
  | { readonly kind: 'created'; readonly error?: string }
  | ({ readonly kind: 'running' | 'paused' } & Alive)
  | ({ readonly kind: 'restarting' | 'exited' } & Ended);

interface Alive {
  readonly startedAt: number;
  readonly health: Health;
  readonly probes: readonly ProbeResult[];
  /** Somebody asked for its end, so its restart policy does not apply. */
  readonly stopping: boolean;
}

export interface Ended {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly probes: readonly ProbeResult[];
  readonly health: Health;
  readonly error?: string;
}

export interface FakeEndpoint {
  readonly spec: EndpointSpec;
  /** While it runs. */
  readonly address?: string;
}

export type FakeMount =
  | {
      readonly kind: 'volume';
      readonly volume: string;
      readonly subpath?: string;
      readonly target: string;
      readonly readOnly: boolean;
    }
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
    }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly readOnly: boolean }
  | { readonly kind: 'image'; readonly image: string; readonly target: string; readonly readOnly: true };

export interface FakeNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent for the three networks that every engine has. */
  readonly spec?: NetworkSpec;
  /** `172.18.0.0/16`; absent for host and none. */
  readonly subnet?: string;
}

export interface FakeVolume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent for one that the engine made by itself. */
  readonly spec?: VolumeSpec;
  /** The engine named it; it goes with the last container that mounts it when that is removed with its volumes. */
  readonly anonymous: boolean;
  readonly files: Files;
}

export interface FakeImage extends ObservedImage {
  readonly reference: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly environment: readonly string[];
  /** `80/tcp`. */
  readonly exposes: readonly string[];
  readonly files: Files;
}

/** Files by absolute path; directories are implied. */
export type Files = ReadonlyMap<string, FakeFile>;

export interface FakeFile {
  readonly content: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}
