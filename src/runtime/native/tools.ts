import type { Tools } from './engine.ts';
import type { MachineFacts } from './oci/index.ts';

export async function findTools(machine: MachineFacts, _: unknown): Promise<Tools> {
  const wrap = machine.cgroups.controllersInBoth
    ? [
        'unshare',
        '-m',
        '--propagation',
        'slave',
        'sh',
        '-c',
        'umount /sys/fs/cgroup/unified; exec "$@"',
        'sh',
      ]
    : [];
  return { runtime: '/usr/bin/crun', conmon: '/usr/bin/conmon', wrap };
}
