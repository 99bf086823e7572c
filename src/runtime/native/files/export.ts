import { closeSync, constants, openSync } from 'node:fs';
import type { ContainerId } from '../../../core/ids.ts';
import { packPath } from '../../copy/index.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { volatilePlaces } from '../containers/places.ts';
import { reviveRoot } from '../containers/prepare.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { capabilitiesOf } from './capabilities-of.ts';
import { isMadeByKernel } from './kernel.ts';
import { untilRemoved } from './until-removed.ts';

/** As `Driver.exportContainer`: its root as it is on the host, where nothing is mounted in it. */
export async function exportContainer(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  // What is refused is refused at once. Who never reads the archive shall leave nothing open.
  closeSync(await openRoot(engine, record));
  return untilRemoved(engine, record, archiveOf(engine, record, signal));
}

/** A descriptor of its root, which whoever removes the container meanwhile does not take away. */
function openRoot(engine: Engine, { id }: ContainerRecord): Promise<number> {
  return holdContainer(engine, id, async () => {
    await reviveRoot(engine, requireRecord(engine.root, id));
    const { rootfs } = volatilePlaces(engine.root, id);
    return openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY);
  });
}

async function* archiveOf(
  engine: Engine,
  record: ContainerRecord,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const fd = await openRoot(engine, record);
  try {
    const archive = packPath({
      path: `/proc/self/fd/${fd}/.`,
      name: '',
      shown: '/',
      onLeftOut: () => undefined,
      attributesOf: capabilitiesOf(engine.libc),
      // A mount of the container's may have been passed on to the host.
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
