import { existsSync, readdirSync } from 'node:fs';
import type { CgroupFacts, CgroupFeature } from './facts.ts';
import type { MountPoint } from './proc.ts';
import { textOf } from './text-of.ts';

/** Which control groups a machine has and what they can do. Reads the hierarchies' files. */
export function cgroupFacts(points: readonly MountPoint[]): CgroupFacts {
  const old = points.filter(({ type }) => type === 'cgroup');
  const unified = points.find(({ type }) => type === 'cgroup2');
  const controllers = unified === undefined ? [] : words(`${unified.path}/cgroup.controllers`);
  if (old.length === 0) {
    if (unified === undefined) return { mode: 'none', controllersInBoth: false, mounts: {}, features: [] };
    return {
      mode: 'v2',
      unified: unified.path,
      controllersInBoth: false,
      mounts: Object.fromEntries(controllers.map((name) => [name, unified.path])),
      features: unifiedFeatures(unified.path, controllers),
    };
  }
  const mounts = Object.fromEntries(
    old.flatMap(({ path, options }) =>
      options
        .filter((option) => /^(name=.+|[a-z_]+)$/.test(option) && !plainOptions.has(option))
        .map((name) => [name, path] as const),
    ),
  );
  return {
    mode: unified === undefined ? 'v1' : 'hybrid',
    ...(unified === undefined ? {} : { unified: unified.path }),
    controllersInBoth: controllers.length > 0,
    mounts,
    features: oldFeatures(mounts),
  };
}

const plainOptions: ReadonlySet<string> = new Set(['rw', 'ro', 'xattr', 'clone_children', 'noprefix']);

/** Limits of v2 have no file in the root group, so the controllers tell. */
function unifiedFeatures(root: string, controllers: readonly string[]): readonly CgroupFeature[] {
  const byController: Readonly<Record<string, readonly CgroupFeature[]>> = {
    memory: ['memory', 'memory.reservation'],
    cpu: ['cpu.shares', 'cpu.quota'],
    cpuset: ['cpuset'],
    pids: ['pids'],
    io: ['blkio.throttle', 'blkio.weight'],
  };
  const swap = controllers.includes('memory') && inSomeGroup(root, ['memory.swap.max']);
  return [
    ...controllers.flatMap((name) => byController[name] ?? []),
    ...(swap ? ['memory.swap' as const] : []),
  ];
}

const oldFiles: readonly (readonly [CgroupFeature, string, readonly string[]])[] = [
  ['memory', 'memory', ['memory.limit_in_bytes']],
  ['memory.reservation', 'memory', ['memory.soft_limit_in_bytes']],
  ['memory.swap', 'memory', ['memory.memsw.limit_in_bytes']],
  ['memory.swappiness', 'memory', ['memory.swappiness']],
  ['memory.oom-disable', 'memory', ['memory.oom_control']],
  ['cpu.shares', 'cpu', ['cpu.shares']],
  ['cpu.quota', 'cpu', ['cpu.cfs_quota_us']],
  ['cpu.realtime', 'cpu', ['cpu.rt_runtime_us']],
  ['cpuset', 'cpuset', ['cpuset.cpus']],
  // Its root has no limit and so no file for one.
  ['pids', 'pids', ['cgroup.procs']],
  ['blkio.weight', 'blkio', ['blkio.weight', 'blkio.bfq.weight']],
  ['blkio.throttle', 'blkio', ['blkio.throttle.read_bps_device']],
];

function oldFeatures(mounts: Readonly<Record<string, string>>): readonly CgroupFeature[] {
  return oldFiles.flatMap(([feature, controller, files]) => {
    const root = mounts[controller];
    return root !== undefined && inSomeGroup(root, files) ? [feature] : [];
  });
}

/** Whether the root group or one of its children has such a file: some files are in one of them only. */
function inSomeGroup(root: string, files: readonly string[]): boolean {
  const isIn = (group: string): boolean => files.some((name) => existsSync(`${group}/${name}`));
  if (isIn(root)) return true;
  const child = childOf(root);
  return child !== undefined && isIn(child);
}

function childOf(root: string): string | undefined {
  try {
    const child = readdirSync(root, { withFileTypes: true }).find((entry) => entry.isDirectory());
    return child === undefined ? undefined : `${root}/${child.name}`;
  } catch {
    return undefined;
  }
}

function words(path: string): readonly string[] {
  return textOf(path)
    .split(/\s+/)
    .filter((word) => word !== '');
}
