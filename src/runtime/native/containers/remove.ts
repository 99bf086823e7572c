import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { RemoveOptions } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { isMounted } from '../system/is-mounted.ts';
import { signalProcess } from '../system/process-identity.ts';
import { emptyFromTrash, moveToTrash } from '../system/trash.ts';
import { holdContainer } from './lock.ts';
import { forgetProcess, preparedProcess } from './monitor.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';
import { type ContainerRecord, findRecord, listRecords, readHeld, releaseName } from './record.ts';
import { isRunning, lifeOf } from './run.ts';
import { unmountMemory } from './shared-memory.ts';
import { endAtOnce } from './stop.ts';

/** As `Driver.removeContainer`. */
export async function removeContainer(
  engine: Engine,
  container: ContainerId,
  options: RemoveOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const record = findRecord(engine.root, container);
  if (record === undefined) return;
  if (isRunning(lifeOf(engine, record.id))) {
    if (!options.force) {
      throw new FlotillaError(
        'engine.conflict',
        `cannot remove container ${quote(record.name)}: it is running`,
        {
          hint: 'Stop it first, or remove it by force.',
        },
      );
    }
    await endAtOnce(engine, record);
  }
  try {
    await holdContainer(engine, record.id, async () => {
      if (findRecord(engine.root, record.id) === undefined) return;
      await discard(engine, record, options.volumes);
      announce(engine, record, { action: 'destroy' });
    });
  } catch (error) {
    // Somebody else may have been faster.
    if (findRecord(engine.root, record.id) !== undefined) throw error;
  }
}

/** Takes everything of a container away that does not run any more; also what a cut-short creation left. */
export async function discard(engine: Engine, record: ContainerRecord, volumes: boolean): Promise<void> {
  const { root, parts } = engine;
  const held = readHeld(root, record.id);
  await endPrepared(engine, record.id);
  unmountRoot(engine, record.id);
  unmountMemory(engine, record.id);
  await Promise.all([forgetProcess(engine, record), parts.networks.unplumb(record.id)]);
  const trash = [
    moveToTrash(root, volatilePlaces(root, record.id).folder),
    moveToTrash(root, lastingPlaces(root, record.id).folder),
  ];
  releaseName(root, record.name, record.id);
  await Promise.all(trash.map(emptyFromTrash));
  const others = heldByOthers(engine);
  const inUse = (name: string): boolean => others.has(name);
  await parts.volumes.release(held, { inUse });
  if (volumes) await removeAnonymous(engine, held, inUse);
}

function heldByOthers({ root }: Engine): ReadonlySet<string | undefined> {
  return new Set(
    listRecords(root).flatMap(({ id }) => readHeld(root, id).map(({ observed }) => observed.name)),
  );
}

async function removeAnonymous(
  engine: Engine,
  held: ReturnType<typeof readHeld>,
  inUse: (name: string) => boolean,
): Promise<void> {
  const names = held.flatMap(({ anonymous, observed }) =>
    anonymous && observed.name ? [observed.name] : [],
  );
  const free = names.filter((name) => !inUse(name));
  await Promise.all(free.map((name) => engine.parts.volumes.remove(name, { inUse })));
}

/** Ends a process that waits for its start. */
async function endPrepared(engine: Engine, id: string): Promise<void> {
  const prepared = preparedProcess(engine, id);
  if (prepared === undefined) return;
  signalProcess(engine.libc, prepared.init, 9);
  signalProcess(engine.libc, prepared.monitor, 9);
}

const detach = 2;

function unmountRoot(engine: Engine, id: string): void {
  const { rootfs } = volatilePlaces(engine.root, id);
  if (isMounted(rootfs)) engine.libc.unmount(rootfs, detach);
}
