import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { ContainerId } from '../../../core/ids.ts';
import type { ContainerStats } from '../../driver.ts';
import { systemClock } from '../../system-clock.ts';
import type { Engine } from '../engine.ts';
import { trafficOf } from '../network/index.ts';
import { groupStats } from '../oci/index.ts';
import { processorTime } from '../system/processor-time.ts';
import { cgroupsPath } from './places.ts';
import { type Reading, statsOf } from './reading.ts';
import { findRecord } from './record.ts';
import { isRunning, lifeOf } from './run.ts';

/** As `Driver.stats`: what its control group and its network have counted, read once a second. */
export async function* readStats(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ContainerStats> {
  signal.throwIfAborted();
  for (let last: Reading | undefined; ; ) {
    const reading = take(engine, container);
    if (reading === undefined) return;
    if (last !== undefined) yield statsOf(last, reading);
    last = reading;
    await systemClock.sleep(intervalMs, signal);
  }
}

const intervalMs = 1000;

/** Undefined when it does not run. */
function take(engine: Engine, container: ContainerId): Reading | undefined {
  const pid = processOf(engine, container);
  const record = findRecord(engine.root, container);
  if (record === undefined || pid === undefined) return undefined;
  const group = groupStats(engine.machine, cgroupsPath(engine.root, record));
  const { total, processors } = processorTime(readFileSync('/proc/stat', 'utf8'));
  const reading = {
    group,
    traffic: trafficOf(pid),
    machine: { machine: total, processors },
    memory: totalmem(),
  };
  // It may have ended while it was looked at, and then lacks what is not lacking: also when it was started again.
  return processOf(engine, container) === pid ? reading : take(engine, container);
}

/** Process 1 of a container that runs. */
function processOf(engine: Engine, container: ContainerId): number | undefined {
  const record = findRecord(engine.root, container);
  const life = record === undefined ? undefined : lifeOf(engine, record.id);
  return life !== undefined && isRunning(life) ? life.run?.init.pid : undefined;
}
