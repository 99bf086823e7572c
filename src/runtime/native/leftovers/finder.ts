import type { Leftover } from '../../housekeeping.ts';
import type { Engine } from '../engine.ts';

/** Finds one kind of leftovers, and with `mend` takes them away. */
export type Finder = (engine: Engine, mend: boolean) => Promise<readonly Leftover[]>;
