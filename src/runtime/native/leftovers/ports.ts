import type { Leftover } from '../../housekeeping.ts';
import { attemptContainer } from '../containers/lock.ts';
import { listRecords } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Finder } from './finder.ts';

/** Containers that ended while nobody was there to close their ports and take their names back. */
export const portLeftovers: Finder = async (engine, mend) => {
  const open = new Set(engine.parts.networks.running());
  const found: Leftover[] = [];
  for (const { id, name } of listRecords(engine.root)) {
    if (!open.has(id)) continue;
    // Who starts it holds the lock, and opens the ports before it counts as running.
    await attemptContainer(engine, id, async () => {
      if (isRunning(lifeOf(engine, id)) || !engine.parts.networks.running().includes(id)) return;
      found.push({ kind: 'port', text: `ports and addresses of container ${name}, which has ended` });
      if (mend) await engine.parts.networks.unpublish(id);
    });
  }
  return found;
};
