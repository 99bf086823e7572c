import { readFileSync } from 'node:fs';
import { cpus, hostname, machine, release, totalmem } from 'node:os';
import { version } from '../../../core/version.ts';
import type { Description } from '../../housekeeping.ts';
import { observeEveryContainer } from '../containers/observe.ts';
import type { Engine } from '../engine.ts';

/** In the fields of `docker info`, as far as they mean something here. */
export async function information(engine: Engine): Promise<Description> {
  const { parts, root, tools, machine: facts } = engine;
  const [containers, images] = await Promise.all([observeEveryContainer(engine), parts.images.list()]);
  const count = (...states: readonly string[]): number =>
    containers.filter(({ state }) => states.includes(state)).length;
  const running = count('running', 'restarting');
  const paused = count('paused');
  return {
    ID: root.tag,
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: images.length,
    Driver: 'overlayfs',
    LoggingDriver: 'k8s-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: facts.cgroups.mode === 'v2' ? '2' : '1',
    KernelVersion: release(),
    OperatingSystem: systemName(),
    OSType: 'linux',
    Architecture: machine(),
    NCPU: cpus().length,
    MemTotal: totalmem(),
    Name: hostname(),
    ServerVersion: version,
    Runtimes: Object.fromEntries(Object.entries(tools.runtimes).map(([name, path]) => [name, { path }])),
    DefaultRuntime: tools.runtimes.crun === undefined ? 'runc' : 'crun',
    DockerRootDir: root.lasting,
  };
}

/** os-release(5) */
function systemName(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}
