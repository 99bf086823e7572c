import { join } from 'node:path';
import type { ContainerId } from '../../../core/ids.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { Root } from '../parts.ts';

/** Files of a container that outlive a reboot. */
export function lastingPlaces(root: Root, id: string) {
  const folder = join(root.lasting, 'containers', id);
  return {
    folder,
    /** ContainerRecord */
    record: join(folder, 'record.json'),
    /** HeldMount[] */
    held: join(folder, 'held.json'),
    /** RunRecord of the last run */
    run: join(folder, 'run.json'),
    /** ExitRecord of the last run that ended; written by the exit script */
    exit: join(folder, 'exit.json'),
    /** There since somebody stopped it, until it is started again */
    stopped: join(folder, 'stopped'),
    /** RestartRecord, written by the supervisor */
    restarts: join(folder, 'restarts.json'),
    /** Why it could not be started the last time */
    error: join(folder, 'error'),
    log: join(folder, 'log'),
    lock: join(folder, 'lock'),
  };
}

/** Files of a container that last as long as its processes. */
export function volatilePlaces(root: Root, id: string) {
  const folder = join(root.volatile, 'containers', id);
  return {
    folder,
    /** Memory that it shares with others. */
    shm: join(folder, 'shm'),
    rootfs: join(folder, 'rootfs'),
    config: join(folder, 'config.json'),
    hosts: join(folder, 'hosts'),
    hostname: join(folder, 'hostname'),
    resolvConf: join(folder, 'resolv.conf'),
    pid: join(folder, 'pid'),
    monitorPid: join(folder, 'monitor.pid'),
    /** Prepared: the process that was made ahead */
    prepared: join(folder, 'prepared.json'),
    exits: join(folder, 'exits'),
    /** HealthRecord, written by the supervisor */
    health: join(folder, 'health.json'),
    paused: join(folder, 'paused'),
  };
}

export function journalPath(root: Root, project: string): string {
  return join(root.volatile, 'projects', `${project}.events`);
}

/** Where in the hierarchies of control groups a container's group is. */
export function cgroupsPath(root: Root, { spec, id }: GroupOwner): string {
  return join(spec.cgroupParent === undefined ? groupsPath(root) : join('/', spec.cgroupParent), id);
}

/** What tells where a container's group is. */
export interface GroupOwner {
  readonly spec: Pick<ContainerSpec, 'cgroupParent'>;
  readonly id: ContainerId;
}

/** Where those are that have no other parent. */
export function groupsPath({ tag }: Root): string {
  return `/flotilla/${tag}`;
}

export function runtimeState(root: Root): string {
  return join(root.volatile, 'crun');
}
