import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { untilAborted } from '../../../core/until-aborted.ts';
import { type Ground, unpack } from '../../copy/index.ts';
import type { PutArchiveOptions } from '../../driver.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { volatilePlaces } from '../containers/places.ts';
import { reviveFiles } from '../containers/prepare.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { identityOf } from '../exec/process.ts';
import { makeBareNode } from '../images/unpack/node.ts';
import { inFolder } from '../system/in-folder.ts';
import { isMissing } from '../system/read-json.ts';
import { type Reach, reachInto } from './reach.ts';

/** As `Driver.putArchive`. The container is not held meanwhile: an archive may take its time, and a stop must not wait. */
export async function putArchive(
  engine: Engine,
  container: ContainerId,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  { ownedByUser }: PutArchiveOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  const roots = new Map<string, number>();
  try {
    const ground = await holdContainer(engine, record.id, async () => {
      await reviveFiles(engine, record);
      const reach = reachInto(engine, record);
      const owner = ownedByUser ? userOf(engine, record) : undefined;
      const made = groundOf(engine, { reach, locate: pinned(reach.locate, roots), path, owner });
      requireFolder(made, record);
      return made;
    });
    await unpack({
      archive: interruptible(archive, signal),
      what: `the archive for container ${quote(record.name)}`,
      ground,
      placeOf: (parts) => parts,
      onLeftOut: () => undefined,
    });
  } finally {
    for (const fd of roots.values()) closeSync(fd);
  }
}

type Locate = Reach['locate'];

/** By descriptors: when the container ends, another process may get the number of its own, and have another root. */
function pinned(locate: Locate, roots: Map<string, number>): Locate {
  return (path) => {
    const place = locate(path);
    const fd = roots.get(place.root) ?? openSync(place.root, constants.O_RDONLY | constants.O_DIRECTORY);
    roots.set(place.root, fd);
    return { ...place, root: `/proc/self/fd/${fd}` };
  };
}

interface Destination {
  readonly reach: Reach;
  readonly locate: Locate;
  readonly path: string;
  /** Whom all belongs to; undefined: to those that the archive names. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

function groundOf(engine: Engine, { reach, locate, path, owner }: Destination): Ground {
  return {
    path: join('/', path),
    inFolder: (below, work) => {
      const whole = join('/', path, below);
      const place = locate(whole);
      if (place.readOnly) throw readOnly(whole);
      return inFolder(engine.libc, place, { beneath: false }, work);
    },
    mountedFile: (below) => {
      const whole = join('/', path, below);
      const place = join(reach.inside(dirname(whole)), basename(whole));
      if (!reach.isMountPoint(place)) return undefined;
      if (reach.locate(place).readOnly) throw readOnly(whole);
      const source = reach.sourceAt(place);
      return source === undefined ? {} : { source };
    },
    ownerOf: ({ uid, gid }) => owner ?? { uid, gid },
    makeNode: (place, entry) => makeBareNode(place, entry, engine.libc),
  };
}

function readOnly(path: string): FlotillaError {
  return new FlotillaError('run.copy', `cannot write ${quote(path)}: read-only file system`);
}

function requireFolder(ground: Ground, { name }: ContainerRecord): void {
  try {
    ground.inFolder('', () => undefined);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FlotillaError(
      'engine.request',
      `there is no folder ${quote(ground.path)} in container ${quote(name)}`,
      { cause: error },
    );
  }
}

function userOf(engine: Engine, record: ContainerRecord) {
  const user = record.spec.user ?? record.image.config.user ?? '';
  return user === ''
    ? undefined
    : identityOf(engine, record, user, volatilePlaces(engine.root, record.id).rootfs);
}

/** Whoever writes the archive may take any time for the next piece, or never write it. */
async function* interruptible(
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces = archive[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await (signal === undefined ? pieces.next() : untilAborted(pieces.next(), signal));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // It is not awaited: one that waits for a piece ends when that has come.
    pieces.return?.().catch(() => {});
  }
}
