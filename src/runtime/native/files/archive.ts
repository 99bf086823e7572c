import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { packPath } from '../../copy/index.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { reviveFiles } from '../containers/prepare.ts';
import type { Engine } from '../engine.ts';
import { inFolder } from '../system/in-folder.ts';
import { isMissing } from '../system/read-json.ts';
import { isMadeByKernel, requireStored } from './kernel.ts';
import { askedPath, type Reach, reachInto } from './reach.ts';

/** As `Driver.getArchive`. */
export async function getArchive(
  engine: Engine,
  container: ContainerId,
  path: string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  return await holdContainer(engine, record.id, async () => {
    await reviveFiles(engine, record);
    const asked = askedFor(path);
    const reach = reachInto(engine, record);
    const open = () => openFolder(engine, reach, { path, container: record.name, ...asked });
    // What is refused is refused at once. Who never reads the archive shall leave nothing open.
    closeSync(open());
    const shown = join(reach.inside(asked.folder), asked.name);
    return archiveOf(open, reach, { ...asked, shown }, signal);
  });
}

interface Asked {
  readonly folder: string;
  /** In the folder. */
  readonly name: string;
  /** What `.` is called in the archive. */
  readonly as?: string;
}

/** A path itself may be a link, which then is what is asked for; with a slash behind it is the folder to which that leads. */
function askedFor(path: string): Asked {
  const { clean, isFollowed } = askedPath(path);
  if (!isFollowed) return { folder: dirname(clean), name: basename(clean) };
  const isContent = clean === '/' || path.endsWith('.');
  return { folder: clean, name: '.', ...(isContent ? {} : { as: basename(clean) }) };
}

/**
 * A descriptor of the folder that the name is in: whatever the container puts in the folder's place meanwhile, it is this
 * one that is read.
 */
function openFolder(
  engine: Engine,
  reach: Reach,
  { path, container, folder, name }: Asked & { readonly path: string; readonly container: string },
): number {
  try {
    return inFolder(engine.libc, reach.locate(folder), { beneath: false }, (found) => {
      // A folder that is asked for itself comes, but with nothing in it.
      if (name !== '.') requireStored(found);
      lstatSync(join(found, name));
      return openSync(found, constants.O_RDONLY | constants.O_DIRECTORY);
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FlotillaError('engine.request', `there is no ${quote(path)} in container ${quote(container)}`, {
      cause: error,
    });
  }
}

async function* archiveOf(
  open: () => number,
  reach: Reach,
  { name, as = name, shown }: Asked & { readonly shown: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const fd = open();
  try {
    const path = `/proc/self/fd/${fd}/${name}`;
    const archive = packPath({
      path,
      name: as,
      shown,
      onLeftOut: () => undefined,
      elsewhere: reach.sourceAt,
      isEmpty: isMadeByKernel,
    });
    for await (const piece of archive) {
      signal?.throwIfAborted();
      yield piece;
    }
  } finally {
    closeSync(fd);
  }
}
