import { projectName, type ServiceName } from '../../src/core/ids.ts';
import type { ContainerSpec } from '../../src/runtime/index.ts';
import type { MachineFacts, RuntimeConfigInput } from '../../src/runtime/native/oci/index.ts';
import type { ImageConfig } from '../../src/runtime/native/parts.ts';
import { plainSpec } from './plain-spec.ts';

/** A machine on which everything is possible. */
export const ableMachine: MachineFacts = {
  architecture: 'amd64',
  kernel: [6, 1],
  cpus: 4,
  cgroups: {
    mode: 'v2',
    controllersInBoth: false,
    mounts: Object.fromEntries(
      ['cpuset', 'cpu', 'io', 'memory', 'pids'].map((name) => [name, '/sys/fs/cgroup']),
    ),
    features: [
      'memory',
      'memory.reservation',
      'memory.swap',
      'cpu.shares',
      'cpu.quota',
      'cpuset',
      'pids',
      'blkio.throttle',
      'blkio.weight',
    ],
  },
  hardLimits: { nofile: 1048576 },
  capabilities: [
    'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_ADMIN NET_RAW',
    'SYS_CHROOT SYS_PTRACE SYS_ADMIN SYS_RESOURCE SYS_TIME MKNOD AUDIT_WRITE SETFCAP',
  ].flatMap((line) => line.split(' ').map((name) => `CAP_${name}`)),
  lowestOomScore: -1000,
  apparmor: false,
  selinux: false,
  initProgram: '/usr/bin/docker-init',
};

export const plainImage: ImageConfig = {
  environment: [],
  entrypoint: [],
  command: ['server'],
  labels: {},
  volumes: [],
  exposedPorts: [],
};

export function containerSpec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    ...plainSpec,
    project: projectName('shop'),
    service: 'web' as ServiceName,
    name: 'shop-web-1',
    image: 'web:1',
    labels: {},
    network: { kind: 'networks', endpoints: [] },
    ...changes,
  };
}

export function runtimeInput(
  spec: Partial<ContainerSpec> = {},
  changes: Partial<RuntimeConfigInput> = {},
): RuntimeConfigInput {
  return {
    spec: containerSpec(spec),
    image: plainImage,
    identity: { uid: 0, gid: 0, additionalGids: [0], home: '/root' },
    rootfs: '/run/flotilla/containers/c1/rootfs',
    mounts: [],
    namespaces: { network: { path: '/run/netns/c1' }, ipc: 'new', pid: 'new', uts: 'new', cgroup: 'new' },
    files: {
      hosts: '/run/c1/hosts',
      hostname: '/run/c1/hostname',
      resolvConf: '/run/c1/resolv.conf',
    },
    hostname: 'c1',
    cgroupsPath: '/flotilla/shop/c1',
    machine: ableMachine,
    devices: { bySource: {}, all: [] },
    ...changes,
  };
}
