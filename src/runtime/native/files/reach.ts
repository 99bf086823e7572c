import { join } from 'node:path';
import { preparedProcess } from '../containers/monitor.ts';
import { volatilePlaces } from '../containers/places.ts';
import { type ContainerRecord, readHeld } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import { resolveInRoot } from '../system/resolve-in-root.ts';

/** Where a path of a container is on the host. */
export interface Reach {
  /** Follows links as the container itself would, and never out of it. */
  resolve(path: string): string;
}

/**
 * Through the container's own process where there is one, which sees all of its mounts; else by its root and the
 * sources of its mounts. A tmpfs of a container without a process is empty, and not there.
 */
export function reachInto(engine: Engine, record: ContainerRecord): Reach {
  const pid = processOf(engine, record);
  if (pid !== undefined) return { resolve: (path) => resolveInRoot(`/proc/${pid}/root`, path) };
  const { rootfs } = volatilePlaces(engine.root, record.id);
  const mounts = readHeld(engine.root, record.id).filter(({ oci }) =>
    oci.options.some((word) => /^r?bind$/.test(word)),
  );
  return {
    resolve(path) {
      const inside = resolveInRoot(rootfs, path).slice(rootfs.length) || '/';
      const mount = mounts
        .filter(({ oci }) => inside === oci.destination || inside.startsWith(`${oci.destination}/`))
        .sort((left, right) => right.oci.destination.length - left.oci.destination.length)[0];
      if (mount === undefined) return join(rootfs, inside);
      const rest = inside.slice(mount.oci.destination.length);
      return rest === '' ? mount.oci.source : resolveInRoot(mount.oci.source, rest);
    },
  };
}

function processOf(engine: Engine, record: ContainerRecord): number | undefined {
  const life = lifeOf(engine, record.id);
  if (isRunning(life)) return life.run?.init.pid;
  return preparedProcess(engine, record.id)?.init.pid;
}
