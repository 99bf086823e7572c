import { existsSync, rmdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Leftover } from '../../housekeeping.ts';
import { groupsPath, lastingPlaces } from '../containers/places.ts';
import { whileNoneComes } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { groupFolders, killGroup, removeCgroup } from '../oci/index.ts';
import { foldersIn, namesIn } from '../system/names-in.ts';
import type { Finder } from './finder.ts';

/** Control groups of containers that are gone, with the processes in them. */
export const groupLeftovers: Finder = async ({ root, machine, libc }, mend) => {
  const path = groupsPath(root);
  const groups = new Set(groupFolders(machine, path).flatMap(foldersIn));
  const found: Leftover[] = [];
  for (const id of groups) {
    if (existsSync(lastingPlaces(root, id).folder)) continue;
    found.push({ kind: 'cgroup', text: `control group of container ${id.slice(0, 12)}, which is gone` });
    if (!mend) continue;
    const group = join(path, id);
    await killGroup(machine, group, (pid) => libc.kill(pid, constants.signals.SIGKILL));
    await removeCgroup(machine, group);
  }
  return found;
};

/**
 * Takes away the folders in which the groups of this engine were, once it has no container, and those of all engines
 * once there is none in them. The kernel keeps those in which something is.
 */
export function tidyGroups(engine: Engine): Promise<void> {
  const { root, machine } = engine;
  return whileNoneComes(engine, () => {
    if (namesIn(join(root.lasting, 'containers')).length > 0) return;
    for (const folder of groupFolders(machine, groupsPath(root))) {
      if (removeFolder(folder)) removeFolder(dirname(folder));
    }
  });
}

/** False for one that is not empty. */
function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false;
    throw error;
  }
}
