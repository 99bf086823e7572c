import { existsSync } from 'node:fs';
import type { Leftover, Leftovers } from '../../housekeeping.ts';
import { lastingPlaces } from '../containers/places.ts';
import type { Engine } from '../engine.ts';
import { containerLeftovers } from './containers.ts';
import type { Finder } from './finder.ts';
import { groupLeftovers, tidyGroups } from './groups.ts';
import { mountLeftovers, trashLeftovers } from './mounts.ts';
import { portLeftovers } from './ports.ts';
import { supervisorLeftovers, tidyNotes } from './supervisors.ts';
import { volumeLeftovers } from './volumes.ts';

/** Containers first: what they held is nobody's then. The trash comes last, since what goes goes there. */
const finders: readonly Finder[] = [
  containerLeftovers,
  ({ parts, root }, mend) =>
    parts.networks.sweep({ isKnown: (id) => existsSync(lastingPlaces(root, id).folder), mend }),
  portLeftovers,
  groupLeftovers,
  mountLeftovers,
  volumeLeftovers,
  supervisorLeftovers,
  trashLeftovers,
];

export function leftoversOf(engine: Engine): Leftovers {
  const search = async (mend: boolean, signal: AbortSignal | undefined): Promise<readonly Leftover[]> => {
    const found: Leftover[] = [];
    for (const finder of finders) {
      signal?.throwIfAborted();
      found.push(...(await finder(engine, mend)));
    }
    return found;
  };
  return {
    find: (signal) => search(false, signal),
    async mend(signal) {
      const found = await search(true, signal);
      await tidyGroups(engine);
      await tidyNotes(engine);
      return found;
    },
  };
}
