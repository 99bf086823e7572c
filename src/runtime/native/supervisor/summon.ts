import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inheritanceText } from '../dns/index.ts';
import type { Engine } from '../engine.ts';
import { beginClosing, closeJournal } from '../events/roll.ts';
import type { Root } from '../parts.ts';
import { launch } from '../system/launch.ts';
import { identify, isAlive, ownPid, type ProcessIdentity } from '../system/process-identity.ts';
import { readText } from '../system/read-json.ts';
import { writeWhole } from '../system/write-whole.ts';

/** Holds the supervisor's process number, and after it when that process began. */
export function alivePath(root: Root, project: string): string {
  return join(root.volatile, 'projects', `${project}.supervisor`);
}

/** Held by the project's supervisor. */
export function supervisorLock(root: Root, project: string): string {
  return join(root.volatile, 'projects', `${project}.lock`);
}

/** Takes away what is kept of a project of which nothing is left, unless a supervisor does that itself. */
export function closeProject({ root, libc }: Pick<Engine, 'root' | 'libc'>, project: string): void {
  // A supervisor that begins waits for the lock, and not for long.
  const closing = beginClosing(root, project);
  try {
    const lock = openSync(supervisorLock(root, project), 'a', 0o600);
    try {
      if (libc.tryFlock(lock)) forgetProject(root, project, closing.finish);
    } finally {
      closeSync(lock);
    }
  } finally {
    closing.end();
  }
}

/** To be called by who holds the lock. */
export function forgetProject(root: Root, project: string, close = () => closeJournal(root, project)): void {
  close();
  for (const path of [alivePath(root, project), supervisorLock(root, project)]) rmSync(path, { force: true });
}

/** The command that supervises a project; after `alivePath`, for the exit script. */
export function superviseWords({ root, supervisor }: Engine, project: string): readonly string[] {
  return [alivePath(root, project), ...supervisor, project];
}

/** The variable by which a supervisor knows what it inherits. */
export const inheritedNames = 'FLOTILLA_INHERITED_NAMES';

/** The variable by which it knows who summoned it before there was anything to look after. */
export const summonerName = 'FLOTILLA_SUMMONER';

export function readSummoner(text: string | undefined): ProcessIdentity | undefined {
  const [pid, began] = (text ?? '').split(' ');
  return pid === undefined || began === undefined ? undefined : { pid: Number(pid), began };
}

/**
 * Starts the project's supervisor unless there is one. Two that start at once settle it between themselves. `isEarly`:
 * nothing runs yet, but will soon.
 */
export function summonSupervisor(engine: Engine, project: string, isEarly = false): void {
  const { root, libc, names, environment, supervisor } = engine;
  if (isSupervised(root, project)) return;
  const sockets = names.socketsOf(project);
  const self = isEarly ? identify(ownPid()) : undefined;
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = launch(libc, {
      command: [...supervisor, project],
      descriptors: [nothing, nothing, nothing, ...sockets.flatMap(({ udp, tcp }) => [udp, tcp])],
      environment: {
        ...environment,
        [inheritedNames]: inheritanceText(sockets),
        ...(self === undefined ? {} : { [summonerName]: `${self.pid} ${self.began}` }),
      },
    });
    // Without one the containers go on; the next command tries again.
    child.release();
    // Noted for it while it starts, so that the next one who looks does not start another.
    const started = child.pid === undefined ? undefined : identify(child.pid);
    if (started === undefined) return;
    sayAlive(root, project, started);
    names.handedOver(project);
  } finally {
    closeSync(nothing);
  }
}

export function isSupervised(root: Root, project: string): boolean {
  return supervisorOf(root, project) !== undefined;
}

export function sayAlive(root: Root, project: string, { pid, began }: ProcessIdentity): void {
  writeWhole(alivePath(root, project), `${pid}\n${began}\n`);
}

/** Undefined when it is not alive. */
export function supervisorOf(root: Root, project: string): ProcessIdentity | undefined {
  const [pid, began] = (readText(alivePath(root, project)) ?? '').split(/\s+/);
  if (pid === undefined || began === undefined || pid === '') return undefined;
  const found = { pid: Number(pid), began };
  return isAlive(found) ? found : undefined;
}
