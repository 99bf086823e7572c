/** What the engine has to know of the machine to ask a runtime only for what it can give. */
export interface MachineFacts {
  /** As Go calls it: `amd64`, `arm64`, … */
  readonly architecture: string;
  /** Of the kernel: major and minor. */
  readonly kernel: readonly [number, number];
  readonly cpus: number;
  readonly cgroups: CgroupFacts;
  /** The highest hard limit that a process of ours can set, by the names of ulimit (`nofile`). `Infinity` is no limit. */
  readonly hardLimits: Readonly<Record<string, number>>;
  /** Capabilities that a process of ours can hand on, `CAP_…`. */
  readonly capabilities: readonly string[];
  /** The lowest oom_score_adj that may be set. */
  readonly lowestOomScore: number;
  readonly apparmor: boolean;
  readonly selinux: boolean;
  /** A program that can be process 1 and reaps what others leave; see `init`. */
  readonly initProgram?: string;
}

export interface CgroupFacts {
  /** `hybrid`: v1, and a v2 hierarchy beside it. */
  readonly mode: 'v1' | 'v2' | 'hybrid' | 'none';
  /** Where the v2 hierarchy is, also beside v1. */
  readonly unified?: string;
  /** The v2 hierarchy beside v1 has controllers; see `runtimeWrap`. */
  readonly controllersInBoth: boolean;
  /** Mount points by controller on v1 (`memory`, `name=systemd`); on v2 all controllers have the same one. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly features: readonly CgroupFeature[];
}

export type CgroupFeature =
  | 'memory'
  | 'memory.reservation'
  | 'memory.swap'
  | 'memory.swappiness'
  | 'memory.oom-disable'
  | 'cpu.shares'
  | 'cpu.quota'
  | 'cpu.realtime'
  | 'cpuset'
  | 'pids'
  | 'blkio.weight'
  | 'blkio.throttle';
