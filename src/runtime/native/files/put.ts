import type { ContainerId } from '../../../core/ids.ts';
import { fileBytes } from '../../file-bytes.ts';
import type { FileSpec } from '../../spec.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import type { Engine } from '../engine.ts';
import { putFile } from '../system/put-file.ts';
import { reachInto } from './reach.ts';

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
    const { locate } = reachInto(engine, record);
    for (const file of files) {
      putFile(engine.libc, { beneath: false, rootOf: locate }, { ...file, bytes: fileBytes(file) });
    }
  });
}
