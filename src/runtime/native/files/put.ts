import { basename, dirname, join } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { fileBytes } from '../../file-bytes.ts';
import type { FileSpec } from '../../spec.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { reviveFiles } from '../containers/prepare.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { putFile } from '../system/put-file.ts';
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
  await holdContainer(engine, record.id, async () => {
    await reviveFiles(engine, record);
    const reach = reachInto(engine, record);
    for (const file of files) put(engine, reach, record, file);
  });
}

/** As on Docker, nothing is put over a mount of its own: its file is somebody else's, and is not ours to write. */
function put({ libc }: Engine, reach: Reach, record: ContainerRecord, file: FileSpec): void {
  try {
    if (reach.isMountPoint(join(reach.inside(dirname(file.path)), basename(file.path)))) {
      throw refusal(record, file, 'something else is mounted there');
    }
    const rootOf = (path: string) => {
      const place = reach.locate(path);
      if (place.readOnly) throw refusal(record, file, reasons.EROFS);
      return place;
    };
    putFile(libc, { beneath: false, rootOf }, { ...file, bytes: fileBytes(file) });
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code as keyof typeof reasons];
    throw reason === undefined ? error : refusal(record, file, reason, error);
  }
}

const reasons = {
  EROFS: 'the file system is read-only there',
  EISDIR: 'there is a folder',
  ENOTDIR: 'there is a file on the way, where a folder would have to be',
  ELOOP: 'links on the way lead in a circle',
};

function refusal({ name }: ContainerRecord, { path }: FileSpec, reason: string, cause?: unknown) {
  return new FlotillaError(
    'engine.request',
    `cannot put the file ${quote(path)} into container ${quote(name)}: ${reason}`,
    { hint: 'Give the config or secret another target, or take what is mounted there away.', cause },
  );
}
