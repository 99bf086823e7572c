import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import type { Locks } from '../system/lock.ts';

/** What the verbs of the volumes work with. */
export interface Context {
  readonly root: Root;
  readonly libc: Libc;
  readonly locks: Locks;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}
