import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ContainerId } from '../../../core/ids.ts';
import type { PathStat } from '../../driver.ts';
import { holdContainer } from '../containers/lock.ts';
import { reviveFiles } from '../containers/prepare.ts';
import { findRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { inFolder } from '../system/in-folder.ts';
import { isMissing } from '../system/read-json.ts';
import { requireStored } from './kernel.ts';
import { askedPath, type Reach, reachInto } from './reach.ts';

/** As `Driver.statPath`. */
export async function statPath(
  engine: Engine,
  container: ContainerId,
  path: string,
  signal: AbortSignal | undefined,
): Promise<PathStat | undefined> {
  signal?.throwIfAborted();
  const record = findRecord(engine.root, container);
  if (record === undefined) return undefined;
  return await holdContainer(engine, record.id, async () => {
    await reviveFiles(engine, record);
    try {
      return statIn(engine, reachInto(engine, record), path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

function statIn(engine: Engine, reach: Reach, asked: string): PathStat {
  const { clean: path, isFollowed } = askedPath(asked);
  const within = <T>(folder: string, work: (found: string) => T): T =>
    inFolder(engine.libc, reach.locate(folder), { beneath: false }, work);
  if (isFollowed) {
    within(path, () => undefined);
    within(dirname(reach.inside(path)), requireStored);
    return { kind: 'folder' };
  }
  const found = within(dirname(path), (folder) => {
    requireStored(folder);
    return lstatSync(join(folder, basename(path)));
  });
  if (found.isSymbolicLink()) return { kind: 'link', target: reach.inside(path) };
  if (found.isDirectory()) return { kind: 'folder' };
  return { kind: found.isFile() ? 'file' : 'other' };
}
