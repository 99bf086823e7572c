import { existsSync } from 'node:fs';
import { arch, availableParallelism, release } from 'node:os';
import { cgroupFacts } from './cgroups.ts';
import type { MachineFacts } from './facts.ts';
import { capabilitySet, hardLimits, mountPoints } from './proc.ts';
import { textOf } from './text-of.ts';

/** Programs that serve as process 1, the best known first. */
const initPrograms = [
  '/usr/bin/docker-init',
  '/usr/local/bin/docker-init',
  '/usr/libexec/docker/docker-init',
  '/usr/bin/tini-static',
  '/usr/libexec/podman/catatonit',
  '/usr/bin/catatonit',
];

/** Looks at the machine and at what this process may do on it. A few small files are read, at once: they are memory. */
export function machineFacts(): MachineFacts {
  const capabilities = capabilitySet(textOf('/proc/self/status'), 'CapBnd');
  const mayRaise = capabilities.includes('CAP_SYS_RESOURCE');
  const initProgram = initPrograms.find((path) => existsSync(path));
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return {
    architecture: goArchitectures[arch()] ?? arch(),
    kernel: [major, minor],
    cpus: availableParallelism(),
    cgroups: cgroupFacts(mountPoints(textOf('/proc/self/mountinfo'))),
    hardLimits: mayRaise
      ? { nofile: Number(textOf('/proc/sys/fs/nr_open')) }
      : hardLimits(textOf('/proc/self/limits')),
    capabilities,
    lowestOomScore: mayRaise ? -1000 : Number(textOf('/proc/self/oom_score_adj')),
    apparmor: textOf('/sys/module/apparmor/parameters/enabled').startsWith('Y'),
    selinux: existsSync('/sys/fs/selinux/enforce'),
    ...(initProgram === undefined ? {} : { initProgram }),
  };
}

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
