import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ContainerId } from '../../../core/ids.ts';
import { fileBytes } from '../../file-bytes.ts';
import type { FileSpec } from '../../spec.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import type { Engine } from '../engine.ts';
import { type Reach, reachInto } from './reach.ts';

/** As `Driver.putFiles`. */
export async function putFiles(
  engine: Engine,
  container: ContainerId,
  files: readonly FileSpec[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  if (files.length === 0) return;
  await holdContainer(engine, record.id, () => {
    const reach = reachInto(engine, record);
    for (const file of files) put(reach, file);
  });
}

function put(reach: Reach, file: FileSpec): void {
  makeFolder(reach, dirname(file.path));
  const target = join(reach.resolve(dirname(file.path)), basename(file.path));
  const temporary = join(dirname(target), `.flotilla-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, fileBytes(file), { mode: 0o600, flag: 'wx' });
    // Another owner takes the bits of set-id away, so the mode comes last.
    chownSync(temporary, file.uid, file.gid);
    chmodSync(temporary, file.mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    // A file that is a mount of its own cannot be replaced, only written anew.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    writeFileSync(target, fileBytes(file));
  }
}

function makeFolder(reach: Reach, path: string): void {
  const folder = reach.resolve(path);
  if (existsSync(folder)) return;
  makeFolder(reach, dirname(path));
  const made = join(reach.resolve(dirname(path)), basename(path));
  mkdirSync(made, { mode: 0o755 });
}
