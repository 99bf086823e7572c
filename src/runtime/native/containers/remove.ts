import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { RemoveOptions } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { announce, projectOf } from '../events/journal.ts';
import { closeProject, supervisorOf } from '../supervisor/summon.ts';
import { isMounted } from '../system/is-mounted.ts';
import { moveToTrash } from '../system/trash.ts';
import { attemptContainer, holdContainer } from './lock.ts';
import { forgetProcess } from './monitor.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';
import { type ContainerRecord, findRecord, isMade, listRecords, readHeld, releaseName } from './record.ts';
import { isRunning, lifeOf } from './run.ts';
import { unmountMemory } from './shared-memory.ts';
import { endAtOnce } from './stop.ts';
import { nameless, usersOfVolume, withVolumeUsers } from './users.ts';

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
  try {
    await holdContainer(engine, record.id, async () => {
      // A start may have held the lock until now.
      if (findRecord(engine.root, record.id) === undefined) return;
      if (isRunning(lifeOf(engine, record.id))) {
        if (!options.force) throw stillRunning(record);
        await endAtOnce(engine, record);
      }
      await discard(engine, record, options.volumes);
      announce(engine, record, { action: 'destroy' });
    });
    closeWhenLast(engine, projectOf(record));
  } catch (error) {
    // Somebody else may have been faster.
    if (findRecord(engine.root, record.id) !== undefined) throw error;
  }
}

/** A supervisor does it at its end; one that was killed cannot. */
function closeWhenLast(engine: Engine, project: string): void {
  if (supervisorOf(engine.root, project) !== undefined) return;
  if (!listRecords(engine.root).some((other) => projectOf(other) === project)) closeProject(engine, project);
}

function stillRunning({ name }: ContainerRecord): FlotillaError {
  return new FlotillaError('engine.conflict', `cannot remove container ${quote(name)}: it is running`, {
    hint: 'Stop it first, or remove it by force.',
  });
}

/**
 * Takes away what killed commands have left half made: nobody could start it. What somebody is making at this moment is
 * held by its maker.
 */
export async function sweepUnfinished(engine: Engine, records: readonly ContainerRecord[]): Promise<void> {
  const unfinished = records.filter(({ id }) => !isMade(engine.root, id));
  for (const record of unfinished) {
    await attemptContainer(engine, record.id, async () => {
      if (!isMade(engine.root, record.id)) await discard(engine, record, true);
    });
  }
}

/** Takes everything of a container away that does not run any more; also what a cut-short creation left. */
export async function discard(engine: Engine, record: ContainerRecord, volumes: boolean): Promise<void> {
  const { root, parts } = engine;
  const held = readHeld(root, record.id);
  const anonymous = isMade(root, record.id) ? anonymousOf(held) : nameless(record);
  await dismantle(engine, record, () => releaseName(root, record.name, record.id));
  await parts.volumes.release(held, { inUse: (name) => usersOfVolume(root, name).length > 0 });
  if (volumes) await Promise.all(anonymous.map((name) => removeUnlessUsed(engine, name)));
}

/** Takes away what there is of a container by its id alone; `between` runs when its folders are gone. */
export async function dismantle(
  engine: Engine,
  container: Parameters<typeof forgetProcess>[1],
  between: () => void = () => undefined,
): Promise<void> {
  const { root, parts } = engine;
  const { id } = container;
  await forgetProcess(engine, container);
  await Promise.all([unmountRoot(engine, id), unmountMemory(engine, id), parts.networks.unplumb(id)]);
  engine.trash.add(moveToTrash(root, volatilePlaces(root, id).folder));
  engine.trash.add(moveToTrash(root, lastingPlaces(root, id).folder));
  between();
}

function anonymousOf(held: ReturnType<typeof readHeld>): readonly string[] {
  return held.flatMap(({ anonymous, observed }) => (anonymous && observed.name ? [observed.name] : []));
}

async function removeUnlessUsed(engine: Engine, volume: string): Promise<void> {
  if (usersOfVolume(engine.root, volume).length > 0) return;
  const withUsers = withVolumeUsers(engine);
  await engine.parts.volumes.remove(volume, { withUsers }).catch((error: unknown) => {
    // Somebody took it over just now.
    if (!(error instanceof FlotillaError && error.code === 'engine.conflict')) throw error;
  });
}

const detach = 2;

async function unmountRoot(engine: Engine, id: string): Promise<void> {
  const { rootfs } = volatilePlaces(engine.root, id);
  if (isMounted(rootfs)) await engine.libc.unmountAside(rootfs, detach);
}
