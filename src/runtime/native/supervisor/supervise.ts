import { closeSync, existsSync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerId, ProjectName } from '../../../core/ids.ts';
import type { EngineEvent } from '../../driver.ts';
import { awaitsRelease, finishStart } from '../containers/finish-start.ts';
import { lastingPlaces } from '../containers/places.ts';
import { type ContainerRecord, findRecord, listRecords } from '../containers/record.ts';
import { removeContainer } from '../containers/remove.ts';
import { type ExitRecord, isRunning, lifeOf, type RestartRecord, type RunRecord } from '../containers/run.ts';
import { restartByPolicy } from '../containers/start.ts';
import { closePorts } from '../containers/stop.ts';
import { type NetworkSockets, serveNames } from '../dns/index.ts';
import type { Engine } from '../engine.ts';
import { followJournal, projectOf } from '../events/journal.ts';
import { proxyPorts } from '../proxy/index.ts';
import { namesIn } from '../system/names-in.ts';
import { identify, isAlive, type ProcessIdentity } from '../system/process-identity.ts';
import { isMissing, readJson } from '../system/read-json.ts';
import { writeJson } from '../system/write-whole.ts';
import { lastedMs, restartPause } from './policy.ts';
import { pause, watchHealth } from './probe.ts';
import { probePlanOf } from './probe-schedule.ts';
import { alivePath, forgetProject, sayAlive, supervisorLock, supervisorOf } from './summon.ts';

/**
 * Looks after the running containers of a project: health checks, restarts by policy. Returns at once when somebody
 * else does, and when nothing is left to look after. It only reacts to what the journal tells, so a killed one loses
 * nothing: the next begins with what is there.
 */
export async function supervise(
  engine: Engine,
  project: string,
  pid: number,
  { inherited, summoner }: Summoned,
): Promise<void> {
  for (let sockets = inherited; ; sockets = []) {
    let isNeeded = (): boolean => false;
    const path = supervisorLock(engine.root, project);
    const lock = openSync(path, 'a', 0o600);
    const supervisor = new Supervisor(engine, project, pid, summoner);
    try {
      supervisor.answer(sockets);
      if (!(await takes(engine, lock, supervisor.signal))) return;
      // Another may have closed the project, and taken this file away, between the two lines above.
      if (statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(lock).ino) continue;
      await supervisor.run();
      isNeeded = () => supervisor.isNeeded();
      if (!isNeeded() && recordsOf(engine, project).length === 0) forgetProject(engine.root, project);
    } finally {
      supervisor.end();
      closeSync(lock);
    }
    // One that came meanwhile found the lock held, and left the work to this one.
    if (!isNeeded()) return;
  }
}

/** False when somebody else looks after the project. Who only closes it holds the lock for a moment. */
async function takes({ libc }: Engine, lock: number, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (libc.tryFlock(lock)) return true;
    await pause(tryAgainMs, signal);
  }
  return false;
}

const mostTries = 5;
const tryAgainMs = 20;

export interface Summoned {
  readonly inherited: readonly NetworkSockets[];
  /** A command that makes containers, and may not have started one yet. */
  readonly summoner?: ProcessIdentity;
}

/** None when the whole engine was taken away. */
function recordsOf({ root }: Engine, project: string): readonly ContainerRecord[] {
  try {
    return listRecords(root).filter((record) => projectOf(record) === project);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * A container whose monitor was killed ends without an event; looking at it makes one. Who would have told of an end, or
 * was about to let a program begin, may have been killed just before.
 */
const lookAroundMs = 5000;
/** How often it looks whether the command that summoned it is still there, and for how long at most. */
const summonerMs = 250;
const longestWaitMs = 60_000;
/** When its start is over, and what it compiled has been kept (cli/launcher/supervisor.ts). */
const settledMs = 3000;
/** Without news for so long, it asks whether it is needed still. */
const quietMs = 50;
/** After an error in a health check's own work. */
const watchAgainMs = 1000;

class Supervisor {
  readonly #engine: Engine;
  readonly #project: string;
  readonly #pid: number;
  readonly #over = new AbortController();
  readonly #probing = new Map<ContainerId, AbortController>();
  readonly #restarting = new Map<
    ContainerId,
    { readonly timer: NodeJS.Timeout; readonly afterRun: number }
  >();
  readonly #lastPause = new Map<ContainerId, number>();
  /** The last run of a container whose end it has dealt with. */
  readonly #seenEnds = new Map<string, number>();
  /** A container for which there was still something to do when that was last asked. */
  #neededBy: string | undefined;
  #summoner: ProcessIdentity | undefined;
  #quiet: NodeJS.Timeout | undefined;

  constructor(engine: Engine, project: string, pid: number, summoner: ProcessIdentity | undefined) {
    this.#engine = engine;
    this.#summoner = summoner;
    this.#pid = pid;
    this.#project = project;
  }

  /** Aborts when its work is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Answers questions for names: also before it is known whether somebody else does, for those that wait already. */
  answer(inherited: readonly NetworkSockets[]): void {
    const { root, libc } = this.#engine;
    serveNames({ root, libc, project: this.#project, signal: this.#over.signal, inherited });
  }

  end(): void {
    this.#over.abort();
  }

  async run(): Promise<void> {
    const { root } = this.#engine;
    proxyPorts({ root, project: this.#project, signal: this.#over.signal });
    const events = followJournal(root, { project: this.#project as ProjectName }, this.#over.signal);
    this.#sayAlive();
    // Somebody waits for the first probes; this is for later.
    setTimeout(() => this.#engine.libc.forgetPages(), settledMs).unref();
    let looking = Promise.resolve();
    const timer = setInterval(() => {
      looking = this.#carefully(() => this.#lookAround());
    }, lookAroundMs);
    const waiting = setInterval(() => void this.#carefully(() => this.#awaitSummoner()), summonerMs);
    setTimeout(() => this.#forgetSummoner(), longestWaitMs).unref();
    try {
      for (const record of recordsOf(this.#engine, this.#project)) {
        await this.#carefully(() => this.#adopt(record));
      }
      await this.#carefully(() => this.#endWhenDone());
      for await (const event of events) {
        await this.#carefully(() => this.#react(event));
        this.#endWhenQuiet();
      }
    } finally {
      clearInterval(timer);
      clearInterval(waiting);
      clearTimeout(this.#quiet);
      await looking;
    }
  }

  #awaitSummoner(): void {
    if (this.#summoner === undefined || isAlive(this.#summoner)) return;
    this.#forgetSummoner();
    this.#endWhenDone();
  }

  #forgetSummoner(): void {
    this.#summoner = undefined;
  }

  /** What goes wrong with one container must not leave the others alone. */
  async #carefully(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch {
      // The next event, or the next look around, is another chance.
    }
  }

  async #react({ action, container }: EngineEvent): Promise<void> {
    const record = findRecord(this.#engine.root, container);
    if (action === 'start' && record !== undefined) await this.#adopt(record);
    else if (action === 'die') await this.#ended(container, record);
    else if (action === 'destroy' || action === 'stop') this.#forget(container);
  }

  async #lookAround(): Promise<void> {
    if (this.#over.signal.aborted) return;
    // Of two that start at once, the one that ends may be the one that was noted last.
    if (supervisorOf(this.#engine.root, this.#project)?.pid !== this.#pid) this.#sayAlive();
    for (const record of recordsOf(this.#engine, this.#project)) {
      if (this.#hasUnseenEnd(record) || awaitsRelease(this.#engine, record)) {
        await this.#carefully(() => this.#adopt(record));
      }
    }
    this.#endWhenDone();
  }

  /** Of a whole project that ends there is much news at once, and to ask what is left costs more than all of it. */
  #endWhenQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#carefully(() => this.#endWhenDone()), quietMs);
  }

  #endWhenDone(): void {
    if (this.#mayEnd()) this.#over.abort();
  }

  /** Begins to look after a container as it is found. */
  async #adopt(record: ContainerRecord): Promise<void> {
    const life = lifeOf(this.#engine, record.id);
    if (life.stage === 'restarting' || (life.stage === 'exited' && life.run !== undefined)) {
      await this.#ended(record.id, record);
      return;
    }
    const plan = probePlanOf(record);
    const { run } = life;
    if (isRunning(life)) {
      this.#forgetSummoner();
      await finishStart(this.#engine, record);
    }
    if (!isRunning(life) || run === undefined || plan === undefined) return;
    this.#probing.get(record.id)?.abort();
    const stop = new AbortController();
    this.#probing.set(record.id, stop);
    void this.#watch(() => watchHealth(this.#engine, record, run, plan, stop.signal), stop.signal);
  }

  async #watch(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await work();
      } catch {
        await pause(watchAgainMs, signal);
      }
    }
  }

  async #ended(id: ContainerId, record: ContainerRecord | undefined): Promise<void> {
    // An end may be told twice, by everybody who finds it, and late: then the next run is on, and is looked after.
    if (record !== undefined && isRunning(lifeOf(this.#engine, id))) return;
    this.#probing.get(id)?.abort();
    this.#probing.delete(id);
    if (record === undefined) return;
    const { run, exit, stage } = lifeOf(this.#engine, id);
    if (run === undefined || exit === undefined || stage === 'running') return;
    await closePorts(this.#engine, id);
    if (record.spec.autoRemove === true) {
      // What holds a container off from being removed, a stop say, is its lock, which a removal waits for.
      await removeContainer(this.#engine, id, { force: false, volumes: true }, undefined);
    } else this.#restartWhenDue(record, run, exit);
    this.#seenEnds.set(id, run.number);
  }

  #restartWhenDue(record: ContainerRecord, run: RunRecord, exit: ExitRecord): void {
    const { id } = record;
    const places = lastingPlaces(this.#engine.root, id);
    if (existsSync(places.stopped) || this.#restarting.get(id)?.afterRun === run.number) return;
    const { count = 0 } = readJson<RestartRecord>(places.restarts) ?? {};
    const lastPauseMs = this.#lastPause.get(id);
    const pauseMs = restartPause(record, {
      exitCode: exit.exitCode,
      lastedMs: lastedMs(run, exit),
      count,
      ...(lastPauseMs === undefined ? {} : { lastPauseMs }),
    });
    if (pauseMs === undefined) return;
    writeJson(places.restarts, { count, due: run.number } satisfies RestartRecord);
    const timer = setTimeout(() => void this.#restart(id, run.number, count + 1), pauseMs);
    this.#restarting.set(id, { timer, afterRun: run.number });
    this.#lastPause.set(id, pauseMs);
  }

  async #restart(id: ContainerId, number: number, count: number): Promise<void> {
    const places = lastingPlaces(this.#engine.root, id);
    const isStillDue = (): boolean => {
      const due = readJson<RestartRecord>(places.restarts)?.due === number && !existsSync(places.stopped);
      if (due) writeJson(places.restarts, { count } satisfies RestartRecord);
      return due;
    };
    try {
      await restartByPolicy(this.#engine, id, isStillDue);
    } catch {
      // Its error is noted with the container, which stays ended, as on Docker.
    }
    // A short run may have ended by now, and the next restart be on its way.
    if (this.#restarting.get(id)?.afterRun === number) this.#restarting.delete(id);
    await this.#carefully(() => this.#endWhenDone());
  }

  #forget(id: ContainerId): void {
    clearTimeout(this.#restarting.get(id)?.timer);
    this.#restarting.delete(id);
    this.#lastPause.delete(id);
    this.#seenEnds.delete(id);
    this.#probing.get(id)?.abort();
    this.#probing.delete(id);
  }

  /**
   * Whether nothing is left to do. Whoever starts a container first notes it and then looks for a supervisor, so one
   * that takes its sign away first and then looks for containers cannot be missed by both.
   */
  #mayEnd(): boolean {
    if (this.isNeeded()) return false;
    rmSync(alivePath(this.#engine.root, this.#project), { force: true });
    if (!this.isNeeded()) return true;
    this.#sayAlive();
    return false;
  }

  /**
   * Something runs or is to run again, or has ended and nobody has looked at its end yet. It begins with what it found
   * the last time, and reads of the others no more than it must.
   */
  isNeeded(): boolean {
    if (this.#restarting.size > 0 || this.#summoner !== undefined) return true;
    if (this.#neededBy !== undefined && this.#isNeededBy(this.#neededBy)) return true;
    const { root } = this.#engine;
    this.#neededBy = namesIn(join(root.lasting, 'containers')).find((id) => this.#isNeededBy(id));
    return this.#neededBy !== undefined;
  }

  #isNeededBy(id: string): boolean {
    const { root } = this.#engine;
    const { stage, run } = lifeOf(this.#engine, id);
    if (stage === 'created' || (stage === 'exited' && this.#seenEnds.get(id) === run?.number)) return false;
    const record = findRecord(root, id);
    if (record === undefined || projectOf(record) !== this.#project) return false;
    if (stage !== 'exited') return true;
    if (!this.#hasUnseenEnd(record)) return false;
    if (record.spec.autoRemove === true) return true;
    return (
      (record.spec.restart?.name ?? 'no') !== 'no' && !existsSync(lastingPlaces(root, record.id).stopped)
    );
  }

  /** The event of its end is on its way, or was never told: who would have told it may have been killed, too. */
  #hasUnseenEnd({ id }: ContainerRecord): boolean {
    const { run, exit, stage } = lifeOf(this.#engine, id);
    const hasEnded = stage === 'exited' || stage === 'restarting';
    return hasEnded && run !== undefined && exit !== undefined && this.#seenEnds.get(id) !== run.number;
  }

  #sayAlive(): void {
    const self = identify(this.#pid);
    if (self !== undefined) sayAlive(this.#engine.root, this.#project, self);
  }
}
