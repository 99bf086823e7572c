import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { freeze, isFrozen } from '../oci/index.ts';
import { requireRecord } from './find.ts';
import { holdContainer } from './lock.ts';
import { cgroupsPath, volatilePlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';
import { lifeOf } from './run.ts';

/** As `Driver.pauseContainer`. */
export async function pauseContainer(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { id } = requireRecord(engine.root, container);
  await holdContainer(engine, id, async () => {
    const record = requireRecord(engine.root, id);
    const { stage } = lifeOf(engine, id);
    if (stage === 'paused') return;
    if (stage !== 'running') {
      throw new FlotillaError(
        'engine.conflict',
        `cannot pause container ${quote(record.name)}: it is not running`,
      );
    }
    await holdStill(engine, record);
  });
}

/** As `Driver.unpauseContainer`. */
export async function unpauseContainer(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { id } = requireRecord(engine.root, container);
  await holdContainer(engine, id, () => {
    if (lifeOf(engine, id).stage === 'paused') resume(engine, requireRecord(engine.root, id));
  });
}

/** The note comes first: who stops a container that is held still without one waits for it in vain. */
async function holdStill(engine: Engine, record: ContainerRecord): Promise<void> {
  const path = cgroupsPath(engine.root, record);
  const { paused: note, frozen } = volatilePlaces(engine.root, record.id);
  writeFileSync(note, '');
  // Who sees this one before a health check has seen the other.
  writeFileSync(frozen, '');
  try {
    freeze(engine.machine, path, true);
    for (let waited = 0; !isFrozen(engine.machine, path); waited += 5) {
      if (waited >= longestFreezingMs) throw notFrozen(record);
      await sleep(5);
    }
  } catch (error) {
    rmSync(note, { force: true });
    freeze(engine.machine, path, false);
    throw error;
  }
  announce(engine, record, { action: 'pause' });
}

/** Processes that wait in the kernel, for a disk say, cannot be held still before that answers. */
const longestFreezingMs = 5000;

function notFrozen({ name }: ContainerRecord): FlotillaError {
  return new FlotillaError(
    'engine.request',
    `the processes of container ${quote(name)} cannot be held still within ${longestFreezingMs / 1000} s`,
    { hint: 'One of them waits in the kernel, for a disk or a network file system as a rule.' },
  );
}

/** Lets the processes of a container that somebody held still go on. */
export function resume(engine: Engine, record: ContainerRecord): void {
  freeze(engine.machine, cgroupsPath(engine.root, record), false);
  rmSync(volatilePlaces(engine.root, record.id).paused, { force: true });
  announce(engine, record, { action: 'unpause' });
}
