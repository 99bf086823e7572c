import type { ContainerSpec } from '../../spec.ts';
import type { HeldMount, ImageConfig } from '../parts.ts';
import type { OciConfig } from './config.ts';
import type { MachineFacts } from './machine/facts.ts';

/** All that a configuration is made from. */
export interface RuntimeConfigInput {
  readonly spec: ContainerSpec;
  readonly image: ImageConfig;
  readonly identity: Identity;
  /** Path of the container's root, mounted. */
  readonly rootfs: string;
  readonly mounts: readonly HeldMount[];
  readonly namespaces: Namespaces;
  readonly files: EngineFiles;
  /** The name in the container; goes into HOSTNAME, and is set where the container has a name space for it. */
  readonly hostname: string;
  readonly cgroupsPath: string;
  readonly machine: MachineFacts;
  /** What `readHostDevices` found for this spec. */
  readonly devices: HostDevices;
}

export interface RuntimeConfig {
  readonly config: OciConfig;
  /** What was given less of than asked for, and why: one sentence each, for the user. */
  readonly notes: readonly string[];
}

/** Who the process is, by the files of its root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** The group itself, those of the user, and `group_add`. */
  readonly additionalGids: readonly number[];
  readonly home: string;
}

export type NamespaceChoice = 'new' | 'host' | { readonly path: string };

export interface Namespaces {
  readonly network: NamespaceChoice;
  readonly ipc: NamespaceChoice;
  readonly pid: NamespaceChoice;
  readonly uts: NamespaceChoice;
  readonly cgroup: NamespaceChoice;
}

/** Paths on the host of what the engine lends a container. */
export interface EngineFiles {
  readonly hosts?: string;
  readonly hostname?: string;
  readonly resolvConf?: string;
  /** A tmpfs for /dev/shm that outlives the container or is another's, where the memory is shared. */
  readonly shm?: string;
}

export interface HostDevice {
  readonly path: string;
  readonly type: 'b' | 'c' | 'p';
  readonly major: number;
  readonly minor: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface HostDevices {
  /** By path as the spec has it; a folder has many. */
  readonly bySource: Readonly<Record<string, readonly HostDevice[]>>;
  /** All of the host's, for a privileged container. */
  readonly all: readonly HostDevice[];
}
