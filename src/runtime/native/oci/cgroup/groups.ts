import { existsSync, rmdirSync, writeFileSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { isMissing, readText } from '../../system/read-json.ts';
import type { MachineFacts } from '../machine/facts.ts';

/**
 * Folders of a container's control group, whose `cgroupsPath` is the path: one on v2, one for each hierarchy where there
 * is v1, the one of v2 beside it included, since runc makes one there.
 */
export function groupFolders({ cgroups }: MachineFacts, path: string): readonly string[] {
  const mounts = [
    ...Object.values(cgroups.mounts),
    ...(cgroups.unified === undefined ? [] : [cgroups.unified]),
  ];
  return [...new Set(mounts)].map((mount) => `${mount}${path}`);
}

/**
 * The file in which the kernel counts what it killed in this group for lack of memory, in a line `oom_kill NUMBER`;
 * it starts at 0 with a new group. Undefined where memory is not controlled.
 */
export function oomCounter(machine: MachineFacts, path: string): string | undefined {
  const folder = groupOf(machine, 'memory', path);
  if (folder === undefined) return undefined;
  return join(folder, machine.cgroups.mode === 'v2' ? 'memory.events' : 'memory.oom_control');
}

/** How often the kernel killed in this group; 0 for a group that is not there. */
export function oomKills(machine: MachineFacts, path: string): number {
  const text = readText(oomCounter(machine, path) ?? '') ?? '';
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** The processes of a group and of those below it, by their numbers on the host. */
export async function groupProcesses(machine: MachineFacts, path: string): Promise<readonly number[]> {
  const root = groupFolders(machine, path).find((folder) => existsSync(folder));
  if (root === undefined) return [];
  const folders = await foldersBelow(root);
  const pids = folders.flatMap((folder) => (readText(`${folder}/cgroup.procs`) ?? '').split('\n'));
  return [...new Set(pids.filter((pid) => pid !== '').map(Number))];
}

/**
 * Kills all processes of a group, those that are forked meanwhile too. `kill` sends SIGKILL to one process and takes
 * it for no error that it is gone.
 */
export async function killGroup(
  machine: MachineFacts,
  path: string,
  kill: (pid: number) => void,
): Promise<void> {
  const folder = groupFolders(machine, path)[0];
  if (machine.cgroups.mode === 'v2' && folder !== undefined && existsSync(`${folder}/cgroup.kill`)) {
    writeFileSync(`${folder}/cgroup.kill`, '1');
    return;
  }
  if ((await groupProcesses(machine, path)).length === 0) return;
  // Frozen processes cannot fork; they die when they thaw.
  tryFreeze(machine, path, true);
  for (const pid of await groupProcesses(machine, path)) kill(pid);
  tryFreeze(machine, path, false);
}

/** Holds all processes of a group still, or lets them go on. */
export function freeze(machine: MachineFacts, path: string, frozen: boolean): void {
  const unified = machine.cgroups.mode === 'v2';
  const folder = unified ? groupFolders(machine, path)[0] : groupOf(machine, 'freezer', path);
  if (folder === undefined) throw new Error('the control groups of this machine cannot freeze processes');
  if (unified) writeFileSync(`${folder}/cgroup.freeze`, frozen ? '1' : '0');
  else writeFileSync(`${folder}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
}

/** Whether all of a group's processes are held still by now; false when there is no such group. */
export function isFrozen(machine: MachineFacts, path: string): boolean {
  const unified = machine.cgroups.mode === 'v2';
  const folder = unified ? groupFolders(machine, path)[0] : groupOf(machine, 'freezer', path);
  if (folder === undefined) return false;
  // Looking has the kernel of v1 see whether it is through with them.
  const state = readText(`${folder}/${unified ? 'cgroup.events' : 'freezer.state'}`) ?? '';
  return /^(frozen 1|FROZEN)$/m.test(state);
}

/**
 * Removes a group's folders, deepest first. What is not there is no error. The kernel lets a folder go only some
 * moments after its last process has ended, so a busy one is tried again for up to a second.
 */
export async function removeCgroup(machine: MachineFacts, path: string): Promise<void> {
  await Promise.all(
    groupFolders(machine, path).map(async (root) => {
      if (isRemovedAtOnce(root)) return;
      for (const folder of [...(await foldersBelow(root))].reverse()) await removeFolder(folder);
    }),
  );
}

/** Most groups have nothing below them, and their last process is gone. */
function isRemovedAtOnce(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return isMissing(error);
  }
}

const busyPause = 10;
const mostTries = 100;

async function removeFolder(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if (isMissing(error)) return;
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || tries >= mostTries) throw error;
      await after(busyPause);
    }
  }
}

/** A folder and all below it, parents first; none when it is not there. */
async function foldersBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (entries === undefined) return [];
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => foldersBelow(`${root}/${name}`)),
  );
  return [root, ...below.flat()];
}

function groupOf({ cgroups }: MachineFacts, controller: string, path: string): string | undefined {
  const mount = cgroups.mounts[controller];
  return mount === undefined ? undefined : `${mount}${path}`;
}

function tryFreeze(machine: MachineFacts, path: string, frozen: boolean): void {
  try {
    freeze(machine, path, frozen);
  } catch {
    // Without a freezer, or with the group gone already, the signals do it.
  }
}
