import { join } from 'node:path';
import { preparedProcess } from '../containers/monitor.ts';
import { volatilePlaces } from '../containers/places.ts';
import { type ContainerRecord, readHeld } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import type { Place } from '../system/in-folder.ts';
import { isAlive } from '../system/process-identity.ts';
import { resolveInRoot } from '../system/resolve-in-root.ts';

/** Where a path of a container is on the host. */
export interface Reach {
  /** The path in the container to which a path leads, all links followed as the container itself would. */
  inside(path: string): string;
  /** The folder of the host that the path is below, with the links on the way to it followed. */
  locate(path: string): Place;
}

/**
 * Through the container's own process where there is one, which sees all of its mounts; else by its root and the
 * sources of its mounts. A tmpfs of a container without a process is empty, and not there.
 */
export function reachInto(engine: Engine, record: ContainerRecord): Reach {
  const locate = locator(engine, record);
  return {
    locate,
    inside(path) {
      const { root, path: rest, mountedAt } = locate(path);
      return `${mountedAt}${resolveInRoot(root, rest).slice(root.length)}` || '/';
    },
  };
}

function locator(
  engine: Engine,
  record: ContainerRecord,
): (path: string) => Place & { readonly mountedAt: string } {
  const pid = processOf(engine, record);
  if (pid !== undefined) return (path) => ({ root: `/proc/${pid}/root`, path, mountedAt: '' });
  const { rootfs } = volatilePlaces(engine.root, record.id);
  const mounts = readHeld(engine.root, record.id).filter(({ oci }) =>
    oci.options.some((word) => /^r?bind$/.test(word)),
  );
  return (path) => {
    const inside = resolveInRoot(rootfs, path).slice(rootfs.length) || '/';
    const mount = mounts
      .filter(({ oci }) => inside === oci.destination || inside.startsWith(`${oci.destination}/`))
      .sort((left, right) => right.oci.destination.length - left.oci.destination.length)[0];
    if (mount === undefined) return { root: rootfs, path: inside, mountedAt: '' };
    const { source, destination } = mount.oci;
    return { root: source, path: inside.slice(destination.length), mountedAt: destination };
  };
}

function processOf(engine: Engine, record: ContainerRecord): number | undefined {
  const life = lifeOf(engine, record.id);
  if (isRunning(life))
    return life.run !== undefined && isAlive(life.run.init) ? life.run.init.pid : undefined;
  return preparedProcess(engine, record.id)?.init.pid;
}

/** A path of a container without a slash at its end; followed is the last link on it where a slash, or one and a dot, is there. */
export function askedPath(path: string): { readonly clean: string; readonly isFollowed: boolean } {
  const clean = join('/', path).replace(/(.)\/$/, '$1');
  return { clean, isFollowed: clean === '/' || /(^|\/)\.?$/.test(path) };
}
