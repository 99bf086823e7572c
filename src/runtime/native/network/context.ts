import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import type { Ledger } from './ledger.ts';
import type { Machine } from './machine.ts';
import type { Places } from './state.ts';

/** What the verbs of networks work with. */
export interface Context {
  readonly root: Root;
  readonly libc: Libc;
  readonly machine: Machine;
  readonly places: Places;
  readonly ledger: Ledger;
  readonly random: (below: number) => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
