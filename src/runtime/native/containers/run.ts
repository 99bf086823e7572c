import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import type { Health, ProbeResult } from '../../observed.ts';
import type { LifeStage } from '../../status-sentence.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import type { Root } from '../parts.ts';
import { bootId } from '../root.ts';
import { lastedMs, restartPause } from '../supervisor/policy.ts';
import { isAlive, type ProcessIdentity } from '../system/process-identity.ts';
import { isMissing, parseJson, readJson, readText } from '../system/read-json.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';
import { type ContainerRecord, readRecord } from './record.ts';

/** One run of a container's process, written when it starts. */
export interface RunRecord {
  /** Counts from 1. */
  readonly number: number;
  /** Unix time in nanoseconds, as a decimal string. */
  readonly startedAt: string;
  /** Process 1 of the container. */
  readonly init: ProcessIdentity;
  readonly monitor: ProcessIdentity;
  readonly boot: string;
}

/** How a run ended; written by the exit script, whose text is in monitor.ts. */
export interface ExitRecord {
  /** Of the run. */
  readonly number: number;
  readonly exitCode: number;
  /** Unix time in nanoseconds, as a decimal string. */
  readonly finishedAt: string;
  readonly oomKilled: boolean;
}

export interface RestartRecord {
  /** Restarts by policy since somebody started it. */
  readonly count: number;
  /** The run after which another one is due. */
  readonly due?: number;
}

export interface HealthRecord {
  readonly run: number;
  readonly health: Health;
  /** Oldest first. */
  readonly probes: readonly ProbeResult[];
}

/**
 * Where a container is in its life:
 *
 *   created --start--> running --the process ends--> exited --start--> running
 *                         |  ^                          |
 *                       pause unpause          policy: restarting --the pause is over--> running
 */
export interface Life {
  readonly stage: LifeStage['kind'];
  readonly run?: RunRecord;
  readonly exit?: ExitRecord;
}

export function lifeOf(engine: Pick<Engine, 'root' | 'libc'>, id: string): Life {
  const { root } = engine;
  const places = lastingPlaces(root, id);
  const run = readJson<RunRecord>(places.run);
  if (run === undefined) return { stage: 'created' };
  const exit = readJson<ExitRecord>(places.exit);
  if (exit?.number === run.number) return ended(root, id, { run, exit });
  if (isGone(run)) return ended(root, id, { run, exit: settle(engine, id, run) });
  return { stage: readText(volatilePlaces(root, id).paused) === undefined ? 'running' : 'paused', run };
}

/**
 * Whether it starts again by its policy is told by the policy from the first moment on: the supervisor, who does it, may
 * not have heard of the end yet. After a reboot nobody does, and one that could not be started again stays as it is.
 */
function ended(root: Root, id: string, { run, exit }: { run: RunRecord; exit: ExitRecord }): Life {
  const places = lastingPlaces(root, id);
  const restarts = readJson<RestartRecord>(places.restarts);
  const over = run.boot !== bootId() || existsSync(places.stopped) || readText(places.error) !== undefined;
  const record = over ? undefined : readRecord(root, id);
  const pause =
    record === undefined
      ? undefined
      : restartPause(record, {
          exitCode: exit.exitCode,
          lastedMs: lastedMs(run, exit),
          count: restarts?.count ?? 0,
        });
  return { stage: pause === undefined ? 'exited' : 'restarting', run, exit };
}

/** The last end that is noted, and of which whoever follows the events has been told. */
export function settledExit(root: Root, id: string): ExitRecord | undefined {
  const text = readText(lastingPlaces(root, id).exit);
  return text?.endsWith('\n') ? parseJson<ExitRecord>(text) : undefined;
}

export function isRunning({ stage }: Life): boolean {
  return stage === 'running' || stage === 'paused';
}

export function healthOf(root: Root, record: ContainerRecord, life: Life): Health {
  if (!isRunning(life) || !hasProbe(record)) return 'none';
  const noted = readJson<HealthRecord>(volatilePlaces(root, record.id).health);
  return noted !== undefined && noted.run === life.run?.number ? noted.health : 'starting';
}

function hasProbe({ spec, image }: ContainerRecord): boolean {
  if (spec.healthcheck?.kind === 'disabled') return false;
  const test = spec.healthcheck?.test ?? image.config.healthcheck?.test;
  return test !== undefined && test.length > 0 && test[0] !== 'NONE';
}

export function stageOf(root: Root, record: ContainerRecord, life: Life): LifeStage {
  const startedAt = milliseconds(life.run?.startedAt);
  switch (life.stage) {
    case 'created':
      return { kind: 'created' };
    case 'running':
    case 'paused':
      return { kind: life.stage, startedAt, health: healthOf(root, record, life) };
    case 'exited':
    case 'restarting':
      return {
        kind: life.stage,
        exitCode: life.exit?.exitCode ?? 0,
        finishedAt: milliseconds(life.exit?.finishedAt),
      };
  }
}

function milliseconds(nanoseconds: string | undefined): number {
  return Number(BigInt(nanoseconds ?? '0') / 1_000_000n);
}

/** Neither its process nor the monitor that would tell of its end is there: of a boot before, or both were killed. */
function isGone(run: RunRecord): boolean {
  return run.boot !== bootId() || (!isAlive(run.init) && !isAlive(run.monitor));
}

/** What nobody saw ends with 255, as on Docker after a crash of the machine. The first who finds out writes it. */
function settle({ root, libc }: Pick<Engine, 'root' | 'libc'>, id: string, run: RunRecord): ExitRecord {
  const places = lastingPlaces(root, id);
  const lost: ExitRecord = {
    number: run.number,
    exitCode: 255,
    finishedAt: libc.realtime(),
    oomKilled: false,
  };
  const written = readJson<ExitRecord>(places.exit);
  if (written?.number === run.number) return written;
  try {
    writeFileSync(places.exit, JSON.stringify(lost));
    const record = readRecord(root, id);
    if (record !== undefined) announce({ root, libc }, record, { action: 'die', exitCode: lost.exitCode });
    appendFileSync(places.exit, '\n');
  } catch (error) {
    // Its folder is being removed, and with it all that could be noted.
    if (!isMissing(error)) throw error;
  }
  return lost;
}
