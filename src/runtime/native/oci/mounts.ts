import { cleanPath } from '../../clean-path.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { OciMount } from '../parts.ts';
import type { RuntimeConfigInput } from './input.ts';

const defaultShmSize = 64 * 1024 * 1024;
const locked = ['nosuid', 'noexec', 'nodev'];

/**
 * The mounts of a container in the order of making them: the kernel's file systems first, then what the engine lends
 * and what the spec wants, parents before children. What the spec mounts takes the place of the engine's.
 */
export function mountsOf(input: RuntimeConfigInput, writableCgroups: boolean): readonly OciMount[] {
  const { spec } = input;
  const wanted = input.mounts.map(({ oci }) => ({ ...oci, destination: cleanPath(oci.destination) }));
  const taken = new Set(wanted.map(({ destination }) => destination));
  const free = ({ destination }: OciMount): boolean => !taken.has(destination);
  return [
    ...kernelMounts(spec, writableCgroups).filter(free),
    ...sharedMemory(input).filter(free),
    ...[...initProgram(input), ...lentFiles(input).filter(free), ...wanted].sort(
      (left, right) => depth(left.destination) - depth(right.destination),
    ),
  ];
}

/** Where `init` is inside; the place that programs which look for it know. */
export const initPath = '/sbin/docker-init';

function kernelMounts(spec: ContainerSpec, writableCgroups: boolean): readonly OciMount[] {
  const sys = spec.privileged ? 'rw' : 'ro';
  const mount = (destination: string, type: string, options: readonly string[]): OciMount => ({
    destination,
    type,
    source: type,
    options,
  });
  return [
    mount('/proc', 'proc', locked),
    mount('/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    mount('/sys', 'sysfs', [...locked, sys]),
    mount('/sys/fs/cgroup', 'cgroup', [...locked, writableCgroups ? 'rw' : 'ro']),
    mount('/dev/mqueue', 'mqueue', locked),
  ];
}

function sharedMemory({ spec, files }: RuntimeConfigInput): readonly OciMount[] {
  const destination = '/dev/shm';
  const mode = spec.ipc?.kind === 'mode' ? spec.ipc.mode : '';
  if (mode === 'none') return [];
  const source = mode === 'host' ? '/dev/shm' : files.shm;
  if (source !== undefined) return [{ destination, type: 'bind', source, options: ['rbind', 'rprivate'] }];
  const options = [...locked, 'mode=1777', `size=${spec.shmSize || defaultShmSize}`];
  return [{ destination, type: 'tmpfs', source: 'shm', options }];
}

function initProgram({ spec, machine }: RuntimeConfigInput): readonly OciMount[] {
  if (spec.init !== true || machine.initProgram === undefined) return [];
  const options = ['bind', 'ro', 'rprivate'];
  return [{ destination: initPath, type: 'bind', source: machine.initProgram, options }];
}

function lentFiles({ spec, files }: RuntimeConfigInput): readonly OciMount[] {
  const places = [
    ['/etc/resolv.conf', files.resolvConf],
    ['/etc/hostname', files.hostname],
    ['/etc/hosts', files.hosts],
  ] as const;
  const options = ['rbind', 'rprivate', spec.readOnly ? 'ro' : 'rw'];
  return places.flatMap(([destination, source]) =>
    source === undefined ? [] : [{ destination, type: 'bind', source, options }],
  );
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}
