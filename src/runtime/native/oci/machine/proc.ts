import { capabilityNames } from '../capabilities.ts';
import { limitNames } from '../rlimits.ts';

/** A set of /proc/PID/status, as names: what a process may hand on (`CapBnd`), or do itself (`CapEff`). */
export function capabilitySet(status: string, set: 'CapBnd' | 'CapEff'): readonly string[] {
  const mask = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`);
  return capabilityNames.filter((_, number) => (mask >> BigInt(number)) & 1n);
}

/** Words of /proc/PID/limits for what ulimit calls otherwise. */
const limitTitles: Readonly<Record<string, string>> = {
  as: 'Max address space',
  core: 'Max core file size',
  cpu: 'Max cpu time',
  data: 'Max data size',
  fsize: 'Max file size',
  locks: 'Max file locks',
  memlock: 'Max locked memory',
  msgqueue: 'Max msgqueue size',
  nice: 'Max nice priority',
  nofile: 'Max open files',
  nproc: 'Max processes',
  rss: 'Max resident set',
  rtprio: 'Max realtime priority',
  rttime: 'Max realtime timeout',
  sigpending: 'Max pending signals',
  stack: 'Max stack size',
};

/** The hard limits of /proc/PID/limits by the names of ulimit. */
export function hardLimits(text: string): Readonly<Record<string, number>> {
  const lines = text.split('\n');
  return Object.fromEntries(
    limitNames.flatMap((name) => {
      const title = limitTitles[name] ?? name;
      const line = lines.find((candidate) => candidate.startsWith(title));
      const hard = line?.slice(title.length).trim().split(/\s+/)[1];
      if (hard === undefined) return [];
      return [[name, hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard)] as const];
    }),
  );
}

export interface MountPoint {
  readonly path: string;
  readonly type: string;
  /** Options of the file system, such as the controllers of a cgroup hierarchy. */
  readonly options: readonly string[];
  /** Folder of the file system that is mounted. */
  readonly root: string;
  readonly source: string;
  /** What is mounted below it is passed on to its peers; a slave only receives. */
  readonly shared: boolean;
  readonly slave: boolean;
}

/** The lines of /proc/PID/mountinfo; see proc_pid_mountinfo(5). */
export function mountPoints(text: string): readonly MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ', 2);
    const [, , , root = '', path = '', , ...tags] = before.split(' ');
    const [type = '', source = '', options = ''] = after.split(' ');
    if (path === '') return [];
    return [
      {
        path: unescapePath(path),
        type,
        options: options.split(','),
        root: unescapePath(root),
        source: unescapePath(source),
        shared: tags.some((tag) => tag.startsWith('shared:')),
        slave: tags.some((tag) => tag.startsWith('master:')),
      },
    ];
  });
}

/** Blanks and the like are written as octal numbers. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
