import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { devicePrefix } from '../../src/runtime/native/network/firewall.ts';

/** What an engine leaves on a machine while its projects run; all of it is to be gone afterwards. */
export interface Traces {
  /** Where, below the root. */
  readonly mounts: readonly string[];
  readonly links: number;
  readonly monitors: number;
  /** Processes of the runtime: containers that never began, too. */
  readonly runtimes: number;
  readonly supervisors: number;
  readonly groups: number;
  readonly tables: number;
  /** Rules in the tables of others. */
  readonly rules: number;
  /** In control groups of the engine. */
  readonly processes: number;
  /** What it has noted of containers, networks, volumes and projects, below the root. */
  readonly files: readonly string[];
}

/** `root` is the FLOTILLA_ROOT of the engine: others may be at work beside it. */
export function countTraces(root: string): Traces {
  const tag = engineTag(root);
  const pids = numbers();
  return {
    // A root's own memory stays with the root.
    mounts: lines(readProc('self', 'mountinfo'), (line) => line.includes(`${root}/run/`)).map(
      (line) => line.split(' ')[4]?.slice(root.length) ?? line,
    ),
    links: readdirSync('/sys/class/net').filter((name) => name.startsWith(devicePrefix(tag))).length,
    monitors: pids.filter(
      (pid) => /\/conmon\0/.test(readProc(pid, 'cmdline')) && readProc(pid, 'cmdline').includes(root),
    ).length,
    runtimes: pids.filter(
      (pid) => /\b(?:crun|runc)\0/.test(readProc(pid, 'cmdline')) && readProc(pid, 'cmdline').includes(root),
    ).length,
    supervisors: countSupervisors(root),
    groups: groupsOf(tag).length,
    tables: lines(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }), (line) => line.includes(tag))
      .length,
    rules: lines(execFileSync('iptables', ['-S'], { encoding: 'utf8' }), (line) =>
      line.includes(devicePrefix(tag)),
    ).length,
    processes: pids.filter((pid) => readProc(pid, 'cgroup').includes(`/flotilla/${tag}`)).length,
    files: notedFolders.flatMap((folder) => entriesOf(root, folder)),
  };
}

export function countSupervisors(root: string): number {
  return numbers().filter(
    (pid) =>
      /^[^\0]*\0[^\0]*supervisor\.cjs\0/.test(readProc(pid, 'cmdline')) &&
      readProc(pid, 'environ').includes(root),
  ).length;
}

function numbers(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** By which the devices and tables of a FLOTILLA_ROOT are told from others'. */
export function engineTag(root: string): string {
  return createHash('sha256').update(join(root, 'lib')).digest('hex').slice(0, 8);
}

const notedFolders = [
  ...['containers', 'names', 'volumes', 'trash', 'networks'].map((name) => `lib/${name}`),
  ...['containers', 'projects', 'crun', 'trash', 'networks', 'networks/namespaces'].map(
    (name) => `run/${name}`,
  ),
];
/** Of the engine as a whole. */
const lasting = ['lock', 'state.json', 'firewall.lock', 'namespaces', 'running.json'];

function entriesOf(root: string, folder: string): readonly string[] {
  try {
    return (
      readdirSync(join(root, folder))
        .filter((name) => !(folder.endsWith('/networks') && lasting.includes(name)))
        // Folders of volumes that got no name: the doctor takes them away, when a minute is over.
        .filter((name) => !(folder === 'lib/volumes' && /^\.[0-9a-f]{16}$/.test(name)))
        .map((name) => `${folder}/${name}`)
    );
  } catch {
    return [];
  }
}

/** Takes away what the kernel has of an engine whose processes are gone; false while some of it is still in use. */
export function forgottenByKernel(root: string): boolean {
  const tag = engineTag(root);
  const tables = lines(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }), (line) =>
    line.includes(tag),
  );
  for (const table of tables) execFileSync('nft', ['delete', ...table.split(' ')]);
  const links = readdirSync('/sys/class/net').filter((name) => name.startsWith(devicePrefix(tag)));
  // The kernel itself takes them one after the other with their namespaces.
  for (const link of links) spawnSync('ip', ['link', 'delete', link]);
  try {
    for (const group of groupsOf(tag)) rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function groupsOf(tag: string): readonly string[] {
  const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name));
  return [...hierarchies, '/sys/fs/cgroup']
    .map((folder) => join(folder, 'flotilla', tag))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name)),
    );
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function lines(text: string, isWanted: (line: string) => boolean): readonly string[] {
  return text.split('\n').filter(isWanted);
}
