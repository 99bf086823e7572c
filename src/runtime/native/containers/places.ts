import { join } from 'node:path';
import type { ContainerId } from '../../../core/ids.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { Root } from '../parts.ts';

/** Files of a container that outlive a reboot. Asked for so often that `join`, which looks at each letter, would show. */
export function lastingPlaces(root: Root, id: string) {
  const folder = `${root.lasting}/containers/${id}`;
  return {
    folder,
    /** ContainerRecord */
    record: `${folder}/record.json`,
    /** HeldMount[] */
    held: `${folder}/held.json`,
    /** RunRecord of the last run */
    run: `${folder}/run.json`,
    /** ExitRecord of the last run that ended; written by the exit script */
    exit: `${folder}/exit.json`,
    /** There since somebody stopped it, until it is started again */
    stopped: `${folder}/stopped`,
    /** RestartRecord, written by the supervisor */
    restarts: `${folder}/restarts.json`,
    /** Why it could not be started the last time */
    error: `${folder}/error`,
    log: `${folder}/log`,
    lock: `${folder}/lock`,
  };
}

/** Files of a container that last as long as its processes. */
export function volatilePlaces(root: Root, id: string) {
  const folder = `${root.volatile}/containers/${id}`;
  return {
    folder,
    /** Memory that it shares with others. */
    shm: `${folder}/shm`,
    rootfs: `${folder}/rootfs`,
    config: `${folder}/config.json`,
    hosts: `${folder}/hosts`,
    hostname: `${folder}/hostname`,
    resolvConf: `${folder}/resolv.conf`,
    pid: `${folder}/pid`,
    monitorPid: `${folder}/monitor.pid`,
    /** Prepared: the process that was made ahead */
    prepared: `${folder}/prepared.json`,
    exits: `${folder}/exits`,
    /** HealthRecord, written by the supervisor */
    health: `${folder}/health.json`,
    paused: `${folder}/paused`,
    /** Written each time that it is held still */
    frozen: `${folder}/frozen`,
  };
}

export function journalPath(root: Root, project: string): string {
  return `${root.volatile}/projects/${project}.events`;
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
  return `${root.volatile}/crun`;
}
