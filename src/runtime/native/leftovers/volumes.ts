import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Leftover } from '../../housekeeping.ts';
import { namesIn } from '../system/names-in.ts';
import { emptyFromTrash, moveToTrash } from '../system/trash.ts';
import type { Finder } from './finder.ts';

/** A volume gets its name within one breath after its folder; who was killed in between never comes back. */
const nameMs = 60_000;

/** Folders of volumes that got no name. */
export const volumeLeftovers: Finder = async ({ root, now }, mend) => {
  const folder = join(root.lasting, 'volumes');
  const lost = namesIn(folder)
    .filter((name) => /^\.[0-9a-f]{16}$/.test(name))
    .filter((name) => {
      const changed = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
      return changed !== undefined && now() - changed > nameMs;
    });
  if (mend) for (const name of lost) await emptyFromTrash(moveToTrash(root, join(folder, name)));
  return lost.map((name): Leftover => ({ kind: 'volume', text: `volume without a name (${name})` }));
};
