import { readlinkSync, rmSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { untilAborted } from '../../../core/until-aborted.ts';
import { signalNameOf } from '../../signal-names.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { watchFolder } from '../output/output.ts';
import { isAlive, signalProcess } from '../system/process-identity.ts';
import { holdContainer } from './lock.ts';
import { resume } from './pause.ts';
import { lastingPlaces } from './places.ts';
import { type ContainerRecord, findRecord } from './record.ts';
import { isRunning, lifeOf, type RunRecord, settledExit } from './run.ts';
import { isStopCutShort, noteStopAbandoned, noteStopped, noteStopping } from './stop-note.ts';

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
  const begun = beginStop(engine, record);
  // Who starts it at this moment holds the lock, and may take its time.
  const run = await (signal === undefined ? begun : untilAborted(begun, signal));
  if (run === undefined) return;
  const name = record.spec.stopSignal ?? record.image.config.stopSignal ?? 'SIGTERM';
  const patience = options.timeoutSeconds ?? record.spec.stopTimeoutSeconds ?? 10;
  try {
    await untilBegun(engine, run);
    sendSignal(engine, record, run, signalNumber(name));
    if (!(await endsWithin(engine, record, run, patience < 0 ? undefined : patience * 1000, signal))) {
      sendSignal(engine, record, run, constants.signals.SIGKILL);
      await endsWithin(engine, record, run, undefined, signal);
    }
  } catch (error) {
    void abandonStop(engine, record.id, run);
    throw error;
  }
  await closePorts(engine, record.id);
  announce(engine, record, { action: 'stop' });
}

/**
 * Ends what a stop was to end that was cut short, as patiently as its settings say. Its signal may have come, and be heard
 * at any moment, so that to start the container means to run it anew.
 */
export async function finishStop(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<void> {
  const record = findRecord(engine.root, container);
  if (record === undefined || !isRunning(lifeOf(engine, record.id))) return;
  if (isStopCutShort(engine.root, record.id)) await stopContainer(engine, record.id, {}, signal);
}

/** Unless it has ended meanwhile, or been started again. */
async function abandonStop(engine: Engine, id: ContainerId, run: RunRecord): Promise<void> {
  await holdContainer(engine, id, () => {
    const life = lifeOf(engine, id);
    if (isRunning(life) && life.run?.number === run.number) noteStopAbandoned(engine.root, id);
  }).catch(() => undefined);
}

/** Its start was told once it was allowed to begin; for some moments more it may still be the runtime, deaf to signals. */
const beginningMs = 2000;

/** Resolves when the run's process is the container's program, and not any more the runtime that becomes it. */
async function untilBegun({ tools }: Engine, { init }: RunRecord): Promise<void> {
  const runtimes = Object.values(tools.runtimes).flatMap((path) => idOf(path) ?? []);
  for (let waited = 0; waited < beginningMs; waited += 5) {
    const program = programOf(init.pid);
    if (program === undefined || !(program.isCopy || runtimes.includes(program.id))) return;
    await sleep(5);
  }
}

/** Its path tells nothing: runtimes run themselves by mounts of their own, or from a copy in memory. */
function programOf(pid: number): { readonly id: string; readonly isCopy: boolean } | undefined {
  const path = `/proc/${pid}/exe`;
  try {
    const id = idOf(path);
    return id === undefined ? undefined : { id, isCopy: readlinkSync(path).startsWith('/memfd:') };
  } catch {
    return undefined;
  }
}

function idOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined ? undefined : `${file.dev}:${file.ino}`;
}

/** Notes that it shall not be started again by its policy; the run that is to be ended, when there is one. */
async function beginStop(engine: Engine, record: ContainerRecord): Promise<RunRecord | undefined> {
  const places = lastingPlaces(engine.root, record.id);
  let run: RunRecord | undefined;
  await holdContainer(engine, record.id, () => {
    const life = lifeOf(engine, record.id);
    if (isRunning(life)) noteStopping(engine.root, record.id);
    else noteStopped(engine.root, record.id);
    if (!isRunning(life)) rmSync(places.restarts, { force: true });
    else if (life.stage === 'paused') resume(engine, record);
    run = isRunning(life) ? life.run : undefined;
  }).catch((error: unknown) => {
    // Stopping what is gone succeeds.
    if (findRecord(engine.root, record.id) !== undefined) throw error;
  });
  return run;
}

/** Closes what a run that has ended had open, unless the next one has begun. */
export async function closePorts(engine: Engine, id: ContainerId): Promise<void> {
  await holdContainer(engine, id, async () => {
    if (!isRunning(lifeOf(engine, id))) await engine.parts.networks.unpublish(id);
  }).catch((error: unknown) => {
    // Who removed it has closed them.
    if (findRecord(engine.root, id) !== undefined) throw error;
  });
}

/** As `Driver.killContainer`: as Docker, it waits for the end that SIGKILL brings, and for no other. */
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
  if (meansStop(record, number)) {
    noteStopped(engine.root, record.id);
    if (life.stage === 'paused') resume(engine, record);
  }
  await untilBegun(engine, life.run);
  sendSignal(engine, record, life.run, number);
  if (number !== constants.signals.SIGKILL) return;
  if (!(await endsWithin(engine, record, life.run, longestDyingMs, signal))) throw undead(record);
}

/** Docker waits as long. */
const longestDyingMs = 10_000;

function undead({ name }: ContainerRecord): FlotillaError {
  return new FlotillaError(
    'engine.request',
    `container ${quote(name)} has not ended ${longestDyingMs / 1000} s after SIGKILL`,
    {
      hint: 'Its process waits in the kernel, for a disk or a network file system as a rule; it ends when that answers.',
    },
  );
}

/** Docker's rule: a container that names its stop signal is only told something by other ones, and may be started again. */
function meansStop({ spec, image }: ContainerRecord, signal: number): boolean {
  const name = spec.stopSignal ?? image.config.stopSignal;
  return signal === constants.signals.SIGKILL || name === undefined || signal === signalNumber(name);
}

/** Ends what runs at once, and resolves when it has ended. */
export async function endAtOnce(engine: Engine, record: ContainerRecord): Promise<void> {
  noteStopped(engine.root, record.id);
  const life = lifeOf(engine, record.id);
  if (!isRunning(life) || life.run === undefined) return;
  if (life.stage === 'paused') resume(engine, record);
  sendSignal(engine, record, life.run, constants.signals.SIGKILL);
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
  const news = watchFolder(lastingPlaces(engine.root, record.id).folder, over.signal, monitorLossMs);
  try {
    for (let lookedAt = -Infinity; ; await news.next()) {
      // What changes in its folder is its end, as a rule, and that is told by one file.
      if (settledExit(engine.root, record.id)?.number === run.number) return true;
      if (performance.now() - lookedAt < monitorLossMs / 2) continue;
      lookedAt = performance.now();
      const life = lifeOf(engine, record.id);
      if (life.run?.number !== run.number) return true;
      if (!isRunning(life) && !isAlive(run.monitor)) return true;
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

/** A monitor that was killed writes nothing any more: then only looking tells. */
const monitorLossMs = 100;

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

/** The journal hears of it first: the end that comes of it may be noted before this goes on. What is dead gets none. */
function sendSignal(engine: Engine, record: ContainerRecord, run: RunRecord, number: number): void {
  if (!isAlive(run.init)) return;
  announce(engine, record, { action: 'kill', signal: number });
  signalProcess(engine.libc, run.init, number);
}
