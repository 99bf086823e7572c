import { FlotillaError } from '../core/error.ts';
import type { Io } from './io.ts';

/**
 * Ctrl+C in two stages: the first drains, the second aborts.
 *
 * running --signal--> draining --signal--> aborting
 */
export interface Interrupts {
  readonly drain: AbortSignal;
  readonly abort: AbortSignal;
  /** The exit code that the signal calls for, once there was one. */
  readonly exitCode: () => number | undefined;
  /** Hears of every signal, with its count from 1. */
  onInterrupt(listener: (count: number) => void): void;
  /** Gives the signals back to the system. */
  dispose(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export function listenForInterrupts(io: Io): Interrupts {
  const drain = new AbortController();
  const abort = new AbortController();
  const listeners: ((count: number) => void)[] = [];
  let count = 0;
  let exitCode: number | undefined;
  const undo = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).map((signal) =>
    io.onSignal(signal, () => {
      count += 1;
      // docker compose exits with 130 for either signal; scripts know that number.
      exitCode ??= signal === 'SIGTERM' ? 130 : exitCodes[signal];
      const reason = new DOMException(`interrupted by ${signal}`, 'AbortError');
      if (count === 1) drain.abort(reason);
      else abort.abort(reason);
      for (const listener of listeners) listener(count);
    }),
  );
  return {
    drain: drain.signal,
    abort: abort.signal,
    exitCode: () => exitCode,
    onInterrupt: (listener) => {
      listeners.push(listener);
    },
    dispose: () => {
      for (const remove of undo) remove();
    },
  };
}

/** Work outside of a session, which the first signal ends; rejects with `run.cancelled` then. */
export async function interruptible<Result>(
  io: Io,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupts = listenForInterrupts(io);
  try {
    const result = await work(interrupts.drain);
    interrupts.drain.throwIfAborted();
    return result;
  } catch (error) {
    const exitCode = interrupts.exitCode();
    // Whatever it failed with: a terminal interrupts the commands that were started, too, and theirs may be the first word.
    throw exitCode === undefined ? error : new FlotillaError('run.cancelled', 'interrupted', { exitCode });
  } finally {
    interrupts.dispose();
  }
}
