import { access, readFile } from 'node:fs/promises';
import { arch, availableParallelism, release } from 'node:os';
import { cgroupFacts } from './cgroups.ts';
import type { MachineFacts } from './facts.ts';
import { capabilitySet, hardLimits, mountPoints } from './proc.ts';

/** Programs that serve as process 1, the best known first. */
const initPrograms = [
  '/usr/bin/docker-init',
  '/usr/local/bin/docker-init',
  '/usr/libexec/docker/docker-init',
  '/usr/bin/tini-static',
  '/usr/libexec/podman/catatonit',
  '/usr/bin/catatonit',
];

/** Looks at the machine and at what this process may do on it. A few small files are read; nothing is run. */
export async function machineFacts(): Promise<MachineFacts> {
  const [status, limits, mounts, oomScore, most, apparmor, selinux, initProgram] = await Promise.all([
    text('/proc/self/status'),
    text('/proc/self/limits'),
    text('/proc/self/mountinfo'),
    text('/proc/self/oom_score_adj'),
    text('/proc/sys/fs/nr_open'),
    text('/sys/module/apparmor/parameters/enabled'),
    exists('/sys/fs/selinux/enforce'),
    firstOf(initPrograms),
  ]);
  const capabilities = capabilitySet(status, 'CapBnd');
  const mayRaise = capabilities.includes('CAP_SYS_RESOURCE');
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return {
    architecture: goArchitectures[arch()] ?? arch(),
    kernel: [major, minor],
    cpus: availableParallelism(),
    cgroups: await cgroupFacts(mountPoints(mounts)),
    hardLimits: mayRaise ? { nofile: Number(most) } : hardLimits(limits),
    capabilities,
    lowestOomScore: mayRaise ? -1000 : Number(oomScore),
    apparmor: apparmor.startsWith('Y'),
    selinux,
    ...(initProgram === undefined ? {} : { initProgram }),
  };
}

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

async function text(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(paths.map(exists));
  return paths.find((_, index) => found[index]);
}
