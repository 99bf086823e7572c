import { closeSync, constants, openSync } from 'node:fs';
import type { ContainerId } from '../../../core/ids.ts';
import { packPath } from '../../copy/index.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { volatilePlaces } from '../containers/places.ts';
import { reviveRoot } from '../containers/prepare.ts';
import type { Engine } from '../engine.ts';
import { capabilitiesOf } from './capabilities-of.ts';
import { isMadeByKernel } from './kernel.ts';

/** As `Driver.exportContainer`: its root as it is on the host, where nothing is mounted in it. */
export async function exportContainer(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const { id } = requireRecord(engine.root, container);
  return await holdContainer(engine, id, async () => {
    await reviveRoot(engine, requireRecord(engine.root, id));
    const { rootfs } = volatilePlaces(engine.root, id);
    // Whoever removes the container meanwhile does not take away what is being read.
    return archiveOf(engine, openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY), signal);
  });
}

async function* archiveOf(
  { libc }: Engine,
  fd: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    const archive = packPath({
      path: `/proc/self/fd/${fd}/.`,
      name: '',
      shown: '/',
      onLeftOut: () => undefined,
      attributesOf: capabilitiesOf(libc),
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
