import type { NameHost } from './dns/index.ts';
import type { MachineFacts, RuntimeView, SeccompCache } from './oci/index.ts';
import type { NativeParts, Root } from './parts.ts';
import type { Libc } from './system/libc.ts';
import type { Locks } from './system/lock.ts';
import type { ReadOnlyView } from './system/read-only-view.ts';
import type { TrashCan } from './system/trash.ts';

/** Everything that the verbs of the native engine work with. */
export interface Engine {
  readonly root: Root;
  readonly libc: Libc;
  readonly locks: Locks;
  readonly parts: NativeParts;
  /** Answers names for the projects whose containers this process starts. */
  readonly names: NameHost;
  readonly machine: MachineFacts;
  readonly tools: Tools;
  readonly seccomp: SeccompCache;
  readonly readOnly: ReadOnlyView;
  readonly trash: TrashCan;
  /** Shows runtimes a machine that they accept. */
  readonly view: RuntimeView;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** For the programs that it runs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Supervises a project: a program and its first words, to which the project's name is added. */
  readonly supervisor: readonly [string, ...string[]];
}

/** Paths of the programs that do the work. */
export interface Tools {
  /** Those that are there; at least one. */
  readonly runtimes: Readonly<Partial<Record<'crun' | 'runc', string>>>;
  readonly conmon: string;
}
