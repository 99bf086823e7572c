import { rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { signalNameOf } from '../../signal-names.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { watchFolder } from '../output/output.ts';
import { signalProcess } from '../system/process-identity.ts';
import { resume } from './pause.ts';
import { lastingPlaces } from './places.ts';
import { type ContainerRecord, findRecord } from './record.ts';
import { hasSettled, isRunning, lifeOf, type RunRecord } from './run.ts';

/** As `Driver.stopContainer`. */
export async function stopContainer(
  engine: Engine,
  container: ContainerId,
  options: { readonly timeoutSeconds?: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const record = findRecord(engine.root, container);
  if (record === undefined) return;
  // Before anything else: it keeps the supervisor from starting what ends meanwhile.
  writeFileSync(lastingPlaces(engine.root, record.id).stopped, '');
  const life = lifeOf(engine, record.id);
  if (!isRunning(life) || life.run === undefined) {
    rmSync(lastingPlaces(engine.root, record.id).restarts, { force: true });
    return;
  }
  if (life.stage === 'paused') resume(engine, record);
  const name = record.spec.stopSignal ?? record.image.config.stopSignal ?? 'SIGTERM';
  const patience = options.timeoutSeconds ?? record.spec.stopTimeoutSeconds ?? 10;
  signalProcess(engine.libc, life.run.init, signalNumber(name));
  announce(engine, record, { action: 'kill' });
  if (!(await endsWithin(engine, record, life.run, patience < 0 ? undefined : patience * 1000, signal))) {
    signalProcess(engine.libc, life.run.init, constants.signals.SIGKILL);
    announce(engine, record, { action: 'kill' });
    await endsWithin(engine, record, life.run, undefined, signal);
  }
  await engine.parts.networks.unpublish(record.id);
  announce(engine, record, { action: 'stop' });
}

/** As `Driver.killContainer`. */
export async function killContainer(
  engine: Engine,
  container: ContainerId,
  signalName: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const record = findRecord(engine.root, container);
  if (record === undefined) return;
  const number = signalNumber(signalName);
  const life = lifeOf(engine, record.id);
  if (!isRunning(life) || life.run === undefined) return;
  if (number === constants.signals.SIGKILL) {
    writeFileSync(lastingPlaces(engine.root, record.id).stopped, '');
    if (life.stage === 'paused') resume(engine, record);
  }
  signalProcess(engine.libc, life.run.init, number);
  announce(engine, record, { action: 'kill' });
}

/** Ends what runs at once, and resolves when it has ended. */
export async function endAtOnce(engine: Engine, record: ContainerRecord): Promise<void> {
  writeFileSync(lastingPlaces(engine.root, record.id).stopped, '');
  const life = lifeOf(engine, record.id);
  if (!isRunning(life) || life.run === undefined) return;
  if (life.stage === 'paused') resume(engine, record);
  signalProcess(engine.libc, life.run.init, constants.signals.SIGKILL);
  announce(engine, record, { action: 'kill' });
  await endsWithin(engine, record, life.run, undefined, undefined);
}

/** False when the time is over first; without one it waits for as long as it takes. */
async function endsWithin(
  engine: Engine,
  record: ContainerRecord,
  run: RunRecord,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const over = new AbortController();
  const onAbort = (): void => over.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => over.abort(), timeoutMs);
  const news = watchFolder(lastingPlaces(engine.root, record.id).folder, over.signal);
  try {
    for (;;) {
      const life = lifeOf(engine, record.id);
      if (life.run?.number !== run.number) return true;
      if (!isRunning(life) && hasSettled(engine.root, record.id)) return true;
      await news.next();
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (!over.signal.aborted) throw error;
    return false;
  } finally {
    clearTimeout(timer);
    news.close();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** By name, with or without SIG, or by number. Throws `engine.request` for what is none. */
function signalNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : realTime(text);
  const known = number ?? constants.signals[signalNameOf(text) as keyof typeof constants.signals];
  if (known === undefined || known < 1 || known > 64) {
    throw new FlotillaError('engine.request', `there is no signal ${quote(text)}`);
  }
  return known;
}

/** `SIGRTMIN+3`, of which Node has no names; the C library keeps the first two for itself. */
function realTime(text: string): number | undefined {
  const match = /^(?:SIG)?(RTMIN\+|RTMAX-)(\d+)$/i.exec(text);
  if (match === null) return undefined;
  return match[1]?.toUpperCase() === 'RTMIN+' ? 34 + Number(match[2]) : 64 - Number(match[2]);
}
