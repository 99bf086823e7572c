import type { FakeProcess } from './process.ts';

/** What a container does: as data, as a program, or one of them for each start (the last one for all further ones). */
export type Behaviour = ScriptedBehaviour | FakeProgram | readonly (ScriptedBehaviour | FakeProgram)[];

/** Resolves with the exit code. */
export type FakeProgram = (process: FakeProcess) => Promise<number>;

export interface ScriptedBehaviour {
  /** Why its process cannot be started, in the engine's words: every start fails with them. */
  readonly startError?: string;
  /** Written in this order, line by line or with pauses. */
  readonly output?: readonly (string | ScriptedOutput)[];
  /** How long after the start it ends by itself; absent: it runs until it is stopped. */
  readonly exitAfterMs?: number;
  /** 0 unless given. */
  readonly exitCode?: number;
  /** The end is the kernel's doing: exit code 137 unless given. */
  readonly oomKilled?: boolean;
  /** When its health check first succeeds: at once unless given. */
  readonly healthyAfterMs?: number;
  /** When its health check has failed too often; it is healthy before if `healthyAfterMs` says so. */
  readonly unhealthyAfterMs?: number;
  /** What the failing probes print. */
  readonly probeOutput?: string;
  /** Only SIGKILL ends it. */
  readonly ignoresStopSignal?: boolean;
  /** How long it takes to end after the stop signal: no time unless given. */
  readonly stopAfterMs?: number;
  /** What it exits with after a stop signal: 0 unless given. */
  readonly stopExitCode?: number;
}

export interface ScriptedOutput {
  readonly text: string | Uint8Array;
  readonly stream?: 'stdout' | 'stderr';
  /** Pause before it. */
  readonly afterMs?: number;
}

/** What a command does that is executed in a container. */
export interface FakeExec {
  /** Service or name of the container; all unless given. */
  readonly container?: string | RegExp;
  /** The command, its words joined by spaces; all unless given. */
  readonly command?: string | RegExp;
  readonly run: FakeProgram | ScriptedBehaviour;
}

/** The program for the n-th start, from 1. */
export function programFor(behaviour: Behaviour | undefined, run: number): FakeProgram {
  const one = behaviourOf(behaviour, run);
  return typeof one === 'function' ? one : (process) => play(one ?? {}, process);
}

/** What stands in the way of the n-th start. */
export function startErrorOf(behaviour: Behaviour | undefined, run: number): string | undefined {
  const one = behaviourOf(behaviour, run);
  return typeof one === 'function' ? undefined : one?.startError;
}

function behaviourOf(
  behaviour: Behaviour | undefined,
  run: number,
): ScriptedBehaviour | FakeProgram | undefined {
  return isList(behaviour) ? (behaviour[run - 1] ?? behaviour.at(-1)) : behaviour;
}

function isList(behaviour: Behaviour | undefined): behaviour is readonly (ScriptedBehaviour | FakeProgram)[] {
  return Array.isArray(behaviour);
}

async function play(script: ScriptedBehaviour, process: FakeProcess): Promise<number> {
  const ends = [untilExit(script, process), untilStopped(script, process)];
  playHealth(script, process).catch(() => {});
  const code = await Promise.race(ends);
  if (script.oomKilled === true) process.markOomKilled();
  return code;
}

async function untilExit(script: ScriptedBehaviour, process: FakeProcess): Promise<number> {
  const begun = process.now();
  for (const piece of script.output ?? []) {
    const { text, stream, afterMs } = typeof piece === 'string' ? { text: piece } : (piece as ScriptedOutput);
    if (afterMs !== undefined) await process.sleep(afterMs);
    await process.write(text, stream);
  }
  if (script.exitAfterMs === undefined) return process.forever();
  await process.sleep(script.exitAfterMs - (process.now() - begun));
  return script.exitCode ?? (script.oomKilled === true ? 137 : 0);
}

async function untilStopped(script: ScriptedBehaviour, process: FakeProcess): Promise<number> {
  if (script.ignoresStopSignal === true) return process.forever();
  await process.nextSignal();
  if (script.stopAfterMs !== undefined) await process.sleep(script.stopAfterMs);
  return script.stopExitCode ?? 0;
}

async function playHealth(script: ScriptedBehaviour, process: FakeProcess): Promise<void> {
  const healthyAfter = script.healthyAfterMs ?? (script.unhealthyAfterMs === undefined ? 0 : undefined);
  if (healthyAfter !== undefined) {
    await process.sleep(healthyAfter);
    process.setHealth('healthy', { exitCode: 0, output: '' });
  }
  if (script.unhealthyAfterMs === undefined) return;
  await process.sleep(script.unhealthyAfterMs - (healthyAfter ?? 0));
  process.setHealth('unhealthy', { exitCode: 1, output: script.probeOutput ?? '' });
}
