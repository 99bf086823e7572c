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
  /** Follows links as the container itself would, and never out of it. */
  resolve(path: string): string;
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
    resolve(path) {
      const place = locate(path);
      return resolveInRoot(place.root, place.path);
    },
  };
}

function locator(engine: Engine, record: ContainerRecord): Reach['locate'] {
  const pid = processOf(engine, record);
  if (pid !== undefined) return (path) => ({ root: `/proc/${pid}/root`, path });
  const { rootfs } = volatilePlaces(engine.root, record.id);
  const mounts = readHeld(engine.root, record.id).filter(({ oci }) =>
    oci.options.some((word) => /^r?bind$/.test(word)),
  );
  return (path) => {
    const inside = resolveInRoot(rootfs, path).slice(rootfs.length) || '/';
    const mount = mounts
      .filter(({ oci }) => inside === oci.destination || inside.startsWith(`${oci.destination}/`))
      .sort((left, right) => right.oci.destination.length - left.oci.destination.length)[0];
    if (mount === undefined) return { root: rootfs, path: inside };
    return { root: mount.oci.source, path: inside.slice(mount.oci.destination.length) };
  };
}

function processOf(engine: Engine, record: ContainerRecord): number | undefined {
  const life = lifeOf(engine, record.id);
  if (isRunning(life))
    return life.run !== undefined && isAlive(life.run.init) ? life.run.init.pid : undefined;
  return preparedProcess(engine, record.id)?.init.pid;
}
