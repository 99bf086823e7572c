import { statSync } from 'node:fs';
import { formatDuration, nanoseconds } from '../../../core/units.ts';
import type { ProbeResult } from '../../observed.ts';
import { probeCommand } from '../../probe-command.ts';
import { volatilePlaces } from '../containers/places.ts';
import type { ContainerRecord } from '../containers/record.ts';
import { type HealthRecord, isRunning, lifeOf, type RunRecord } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { exec } from '../exec/exec.ts';
import { tellExec } from '../exec/told.ts';
import { isAlive } from '../system/process-identity.ts';
import { readJson } from '../system/read-json.ts';
import { writeJson } from '../system/write-whole.ts';
import { judge, type ProbePlan, pauseAfter, type Standing, unknownStanding } from './probe-schedule.ts';

/** As Docker keeps. */
const keptProbes = 5;
const keptOutput = 4096;
/** 128 and SIGKILL: how a probe ends that takes too long, or whose container ends. */
const killedCode = 137;

/** Probes a run of a container until it ends or the signal aborts, and tells each change of its health. */
export async function watchHealth(
  engine: Engine,
  record: ContainerRecord,
  run: RunRecord,
  plan: ProbePlan,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = Number(BigInt(run.startedAt) / 1_000_000n);
  const age = (): number => engine.now() - startedAt;
  // What a supervisor that was killed knew.
  const known = readJson<HealthRecord>(volatilePlaces(engine.root, record.id).health);
  const own = known?.run === run.number ? known : undefined;
  let standing: Standing = own === undefined ? unknownStanding : { health: own.health, failures: 0 };
  let probes: readonly ProbeResult[] = own?.probes ?? [];
  for (let count = 1; !signal.aborted; count += 1) {
    const frozen = lastFrozen(engine, record);
    const life = lifeOf(engine, record.id);
    if (!isRunning(life) || life.run?.number !== run.number) return;
    if (life.stage === 'running') {
      const result = await probeOnce(engine, record, plan, signal);
      // One that failed because the container ended meanwhile tells nothing of its health.
      if (signal.aborted || (result.exitCode !== 0 && !isAlive(run.init))) return;
      // Nor does one that was held still with it, by a pause or for an image: that took its time.
      if (result.exitCode === 0 || frozen === lastFrozen(engine, record)) {
        const now = judge(plan, standing, { passed: result.exitCode === 0, ageMs: age() });
        probes = [...probes, result].slice(-keptProbes);
        const note: HealthRecord = { run: run.number, health: now.health, probes };
        writeJson(volatilePlaces(engine.root, record.id).health, note);
        if (now.health !== standing.health)
          announce(engine, record, { action: 'health', health: now.health });
        standing = now;
      }
    }
    await pause(pauseAfter(plan, standing, count, age()), signal);
  }
}

/** When the container was last held still; undefined when it never was. */
function lastFrozen({ root }: Engine, { id }: ContainerRecord): number | undefined {
  return statSync(volatilePlaces(root, id).frozen, { throwIfNoEntry: false })?.mtimeMs;
}

async function probeOnce(
  engine: Engine,
  record: ContainerRecord,
  plan: ProbePlan,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  const timer = setTimeout(stop, plan.timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  let output = '';
  let tellEnd: ReturnType<typeof tellExec> | undefined;
  const command = probeCommand(plan.test) ?? [];
  try {
    const session = await exec(
      engine,
      record.id,
      {
        command,
        environment: [],
        privileged: false,
        tty: false,
        stdin: false,
        detach: false,
      },
      over.signal,
    );
    tellEnd = tellExec(engine, record, command);
    for await (const { data } of session.output) {
      if (output.length < keptOutput) output += Buffer.from(data).toString();
    }
    const exitCode = await session.exitCode();
    tellEnd(exitCode);
    const refusal = session.refusal();
    if (refusal !== undefined) return { exitCode: -1, output: refusal };
    return { exitCode, output: output.slice(0, keptOutput) };
  } catch (error) {
    tellEnd?.(killedCode);
    if (!over.signal.aborted) return { exitCode: -1, output: String(error) };
    const limit = formatDuration(nanoseconds(plan.timeoutMs * 1e6));
    const said = output === '' ? '' : `: ${output}`;
    return { exitCode: -1, output: `Health check exceeded timeout (${limit})${said}` };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // Whatever went wrong, the command must not outlive it.
    stop();
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
