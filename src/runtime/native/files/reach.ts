import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { preparedProcess } from '../containers/monitor.ts';
import { volatilePlaces } from '../containers/places.ts';
import { type ContainerRecord, readHeld } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import { mountPoints } from '../oci/index.ts';
import type { Place } from '../system/in-folder.ts';
import { isAlive } from '../system/process-identity.ts';
import { readText } from '../system/read-json.ts';
import { resolveInRoot } from '../system/resolve-in-root.ts';

/** Where a path of a container is on the host. */
export interface Reach {
  /** The path in the container to which a path leads, all links followed as the container itself would. */
  inside(path: string): string;
  /** The folder of the host that the path is below, with the links on the way to it followed. */
  locate(path: string): ReachedPlace;
  /** Where on the host what is mounted at a path is, if whoever goes there from the container's root does not find it. */
  sourceAt(path: string): string | undefined;
  /** Whether something is mounted at a path. The kernel would take it away for who renames a file to there from outside. */
  isMountPoint(path: string): boolean;
}

export interface ReachedPlace extends Place {
  /** The container may not write there, and nothing but this says so. */
  readonly readOnly: boolean;
}

/**
 * Through the container's own process where there is one, which sees all of its mounts; else by its root and the
 * sources of its mounts. A tmpfs of a container without a process is empty, and not there.
 */
export function reachInto(engine: Engine, record: ContainerRecord): Reach {
  const pid = processOf(engine, record);
  const locator = pid === undefined ? stoppedLocator(engine, record) : runningLocator(pid);
  const { locate } = locator;
  return {
    ...locator,
    inside(path) {
      const { root, path: rest, mountedAt } = locate(path);
      return `${mountedAt}${resolveInRoot(root, rest).slice(root.length)}` || '/';
    },
  };
}

interface Locator extends Pick<Reach, 'sourceAt' | 'isMountPoint'> {
  locate(path: string): ReachedPlace & { readonly mountedAt: string };
}

function runningLocator(pid: number): Locator {
  let points: ReadonlySet<string> | undefined;
  return {
    // Its own mounts say what is read-only.
    locate: (path) => ({ root: `/proc/${pid}/root`, path, mountedAt: '', readOnly: false }),
    sourceAt: () => undefined,
    isMountPoint(path) {
      points ??= new Set(mountPoints(readText(`/proc/${pid}/mountinfo`) ?? '').map((point) => point.path));
      return points.has(path);
    },
  };
}

function stoppedLocator(engine: Engine, record: ContainerRecord): Locator {
  const { rootfs } = volatilePlaces(engine.root, record.id);
  const within = (path: string): string => resolveInRoot(rootfs, path).slice(rootfs.length) || '/';
  // The innermost first.
  const mounts = readHeld(engine.root, record.id)
    .filter(({ oci }) => oci.options.some((word) => /^r?bind$/.test(word)))
    .map(({ oci, readOnly }) => ({
      source: existsSync(oci.source) ? realpathSync(oci.source) : oci.source,
      destination: within(oci.destination),
      readOnly,
    }))
    .sort((left, right) => right.destination.length - left.destination.length);
  return {
    locate(path) {
      const inside = within(path);
      const mount = mounts.find(
        ({ destination }) => inside === destination || inside.startsWith(`${destination}/`),
      );
      if (mount === undefined) {
        return { root: rootfs, path: inside, mountedAt: '', readOnly: record.spec.readOnly };
      }
      const { source, destination, readOnly } = mount;
      return { root: source, path: inside.slice(destination.length), mountedAt: destination, readOnly };
    },
    sourceAt: (path) => mounts.find(({ destination }) => destination === path)?.source,
    isMountPoint: (path) => mounts.some(({ destination }) => destination === path),
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
