import { spawn } from 'node:child_process';
import type { Libc } from './libc.ts';
import type { ProgramRequest } from './posix-spawn.ts';

export interface Launched {
  readonly pid: number | undefined;
  /** Rejects when the program could not be started; resolves never. */
  readonly failed: Promise<never>;
  /** Lets this process end without it, and takes away what is left of it once it has ended. */
  release(): void;
}

/** Starts a program that goes its own way, by the fastest way there is. */
export function launch(libc: Libc, request: ProgramRequest): Launched {
  return libc.spawn === undefined ? launchByNode(request) : launchBySystemCall(libc, libc.spawn, request);
}

function launchBySystemCall(
  libc: Libc,
  start: NonNullable<Libc['spawn']>,
  request: ProgramRequest,
): Launched {
  const failing = (error: unknown): Promise<never> => {
    const failed = Promise.reject(error);
    failed.catch(() => undefined);
    return failed;
  };
  try {
    const pid = start(request);
    return {
      pid,
      failed: new Promise(() => undefined),
      release: () => reap(libc, pid, firstLookMs),
    };
  } catch (error) {
    return { pid: undefined, failed: failing(error), release: () => undefined };
  }
}

/** Whoever ends before it leaves that to process 1. */
function reap(libc: Libc, pid: number, pauseMs: number): void {
  if (libc.endOf(pid) !== undefined) return;
  setTimeout(() => reap(libc, pid, Math.min(pauseMs * 4, longestLookMs)), pauseMs).unref();
}

const firstLookMs = 5;
const longestLookMs = 5000;

function launchByNode({
  command: [program, ...words],
  environment,
  cwd,
  descriptors,
}: ProgramRequest): Launched {
  const child = spawn(program, words, {
    stdio: [...descriptors],
    env: environment,
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  return { pid: child.pid, failed, release: () => child.unref() };
}
