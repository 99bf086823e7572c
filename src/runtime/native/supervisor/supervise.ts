import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerId, ProjectName } from '../../../core/ids.ts';
import { lastingPlaces } from '../containers/places.ts';
import { type ContainerRecord, findRecord, listRecords } from '../containers/record.ts';
import { isRunning, lifeOf, type RestartRecord } from '../containers/run.ts';
import { restartByPolicy } from '../containers/start.ts';
import { type NetworkSockets, serveNames } from '../dns/index.ts';
import type { Engine } from '../engine.ts';
import { followJournal, projectOf } from '../events/journal.ts';
import { proxyPorts } from '../proxy/index.ts';
import { identify } from '../system/process-identity.ts';
import { readJson } from '../system/read-json.ts';
import { writeJson } from '../system/write-whole.ts';
import { lastedMs, restartPause } from './policy.ts';
import { watchHealth } from './probe.ts';
import { probePlanOf } from './probe-schedule.ts';
import { alivePath, sayAlive } from './summon.ts';

/**
 * Looks after the running containers of a project: health checks, restarts by policy. Returns at once when somebody
 * else does, and when nothing is left to look after. It only reacts to what the journal tells, so a killed one loses
 * nothing: the next begins with what is there.
 */
export async function supervise(
  engine: Engine,
  project: string,
  pid: number,
  inherited: readonly NetworkSockets[],
): Promise<void> {
  const lock = openSync(join(engine.root.volatile, 'projects', `${project}.lock`), 'a', 0o600);
  try {
    if (!engine.libc.tryFlock(lock)) return;
    await new Supervisor(engine, project, pid).run(inherited);
  } finally {
    closeSync(lock);
  }
}

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

  constructor(engine: Engine, project: string, pid: number) {
    this.#engine = engine;
    this.#pid = pid;
    this.#project = project;
  }

  async run(inherited: readonly NetworkSockets[]): Promise<void> {
    const { root, libc } = this.#engine;
    serveNames({ root, libc, project: this.#project, signal: this.#over.signal, inherited });
    proxyPorts({ root, project: this.#project, signal: this.#over.signal });
    const events = followJournal(this.#engine.root, this.#project as ProjectName, this.#over.signal);
    this.#sayAlive();
    for (const record of this.#records()) await this.#adopt(record);
    if (this.#mayEnd()) this.#over.abort();
    for await (const { action, container } of events) {
      const record = findRecord(this.#engine.root, container);
      if (action === 'start' && record !== undefined) await this.#adopt(record);
      else if (action === 'die') await this.#ended(container, record);
      else if (action === 'destroy' || action === 'stop') this.#forget(container);
      if (this.#mayEnd()) this.#over.abort();
    }
  }

  #records(): readonly ContainerRecord[] {
    return listRecords(this.#engine.root).filter((record) => projectOf(record) === this.#project);
  }

  /** Begins to look after a container as it is found. */
  async #adopt(record: ContainerRecord): Promise<void> {
    const life = lifeOf(this.#engine, record.id);
    if (life.stage === 'restarting' || (life.stage === 'exited' && life.run !== undefined)) {
      await this.#ended(record.id, record);
      return;
    }
    const plan = probePlanOf(record);
    if (!isRunning(life) || life.run === undefined || plan === undefined) return;
    this.#probing.get(record.id)?.abort();
    const stop = new AbortController();
    this.#probing.set(record.id, stop);
    void watchHealth(this.#engine, record, life.run, plan, stop.signal).catch(() => undefined);
  }

  async #ended(id: ContainerId, record: ContainerRecord | undefined): Promise<void> {
    this.#probing.get(id)?.abort();
    this.#probing.delete(id);
    if (record === undefined) return;
    const { run, exit, stage } = lifeOf(this.#engine, id);
    if (run === undefined || exit === undefined || stage === 'running') return;
    await this.#engine.parts.networks.unpublish(id);
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
    if (this.#mayEnd()) this.#over.abort();
  }

  #forget(id: ContainerId): void {
    clearTimeout(this.#restarting.get(id)?.timer);
    this.#restarting.delete(id);
    this.#lastPause.delete(id);
    this.#probing.get(id)?.abort();
    this.#probing.delete(id);
  }

  /**
   * Whether nothing is left to do. Whoever starts a container first notes it and then looks for a supervisor, so one
   * that takes its sign away first and then looks for containers cannot be missed by both.
   */
  #mayEnd(): boolean {
    if (this.#isNeeded()) return false;
    rmSync(alivePath(this.#engine.root, this.#project), { force: true });
    if (!this.#isNeeded()) return true;
    this.#sayAlive();
    return false;
  }

  #isNeeded(): boolean {
    if (this.#restarting.size > 0) return true;
    return this.#records().some(({ id }) => {
      const life = lifeOf(this.#engine, id);
      return isRunning(life) || life.stage === 'restarting';
    });
  }

  #sayAlive(): void {
    const self = identify(this.#pid);
    if (self !== undefined) sayAlive(this.#engine.root, this.#project, self);
  }
}
