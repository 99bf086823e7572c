import { rmSync } from 'node:fs';
import { messageOf } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import type { OnNote } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { announce, projectOf } from '../events/journal.ts';
import { bootId } from '../root.ts';
import { isSupervised, summonSupervisor } from '../supervisor/summon.ts';
import { writeJson, writeWhole } from '../system/write-whole.ts';
import { requireRecord } from './find.ts';
import { holdContainer } from './lock.ts';
import { forgetProcess, type Prepared, preparedProcess, prepareProcess, releaseProcess } from './monitor.ts';
import { requireSharedNamespaces, sharesNamespaces } from './namespaces.ts';
import { resume } from './pause.ts';
import { lastingPlaces } from './places.ts';
import { reviveContainer } from './prepare.ts';
import type { ContainerRecord } from './record.ts';
import { isRunning, lifeOf, type RunRecord } from './run.ts';

/** As `Driver.startContainer`. */
export async function startContainer(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
  onNote?: OnNote,
): Promise<void> {
  signal?.throwIfAborted();
  const { id } = requireRecord(engine.root, container);
  await holdContainer(engine, id, async () => {
    const record = requireRecord(engine.root, id);
    const life = lifeOf(engine, id);
    if (life.stage === 'paused') return resume(engine, record);
    if (isRunning(life)) {
      // Whoever started it was killed just before its program could begin.
      if (preparedProcess(engine, id) !== undefined) await releaseProcess(engine, record);
      return;
    }
    const places = lastingPlaces(engine.root, id);
    for (const note of [places.stopped, places.restarts]) rmSync(note, { force: true });
    await run(engine, record, signal, onNote);
    summonSupervisor(engine, projectOf(record));
  });
}

/** Starts it again by its policy: what a person decided meanwhile wins. The caller holds no lock. */
export async function restartByPolicy(
  engine: Engine,
  id: ContainerId,
  isStillDue: () => boolean,
): Promise<void> {
  await holdContainer(engine, id, async () => {
    if (isStillDue()) await run(engine, requireRecord(engine.root, id), undefined);
  });
}

/** Makes the process ahead of its start, for who wants to be there when it begins. The caller holds the lock. */
export async function prepareStart(
  engine: Engine,
  record: ContainerRecord,
  signal: AbortSignal | undefined,
): Promise<void> {
  await ready(engine, record, nextRun(engine, record), signal);
}

function nextRun(engine: Engine, record: ContainerRecord): number {
  return (lifeOf(engine, record.id).run?.number ?? 0) + 1;
}

async function run(
  engine: Engine,
  record: ContainerRecord,
  signal: AbortSignal | undefined,
  onNote?: OnNote,
): Promise<void> {
  const places = lastingPlaces(engine.root, record.id);
  const number = nextRun(engine, record);
  rmSync(places.error, { force: true });
  try {
    const prepared = await ready(engine, record, number, signal);
    engine.names.serve(projectOf(record), isSupervised(engine.root, projectOf(record)));
    const { id, spec } = record;
    const path = spec.ports.length > 0 ? ['ports'] : [];
    for (const message of await engine.parts.networks.publish(id, spec.ports, signal)) {
      onNote?.({ path, message });
    }
    signal?.throwIfAborted();
    const { init, monitor } = prepared;
    const begun: RunRecord = { number, startedAt: engine.libc.realtime(), init, monitor, boot: bootId() };
    writeJson(places.run, begun);
    // A short program may have ended before this goes on, and its end comes after its start.
    announce(engine, record, { action: 'start' });
    await releaseProcess(engine, record);
  } catch (error) {
    if (!signal?.aborted) writeWhole(places.error, messageOf(error));
    await engine.parts.networks.unpublish(record.id);
    throw error;
  }
}

/**
 * The process that was made ahead, or a new one where there is none. One that shares namespaces of another container may
 * have been made with those of an earlier run of it.
 */
async function ready(
  engine: Engine,
  record: ContainerRecord,
  number: number,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  requireSharedNamespaces(engine, record);
  const waiting = sharesNamespaces(record) ? undefined : preparedProcess(engine, record.id);
  if (waiting?.run === number) return waiting;
  await forgetProcess(engine, record);
  await reviveContainer(engine, record, signal);
  return await prepareProcess(engine, record, number);
}
