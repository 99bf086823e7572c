import type { Clock } from '../../core/clock.ts';
import type { CallPattern, Delay, Failure, Verb } from './options.ts';

/** One call of a driver's verb, in the order in which they came in. */
export interface RecordedCall {
  readonly verb: Verb;
  /** Name of the container, network, volume or image; empty for the engine itself. */
  readonly name: string;
  /** What was handed in besides the name: a spec, options. */
  readonly input?: unknown;
  readonly outcome: 'pending' | 'done' | 'failed';
}

export interface CallLog {
  readonly calls: readonly RecordedCall[];
  /** Makes a call: records it, waits and fails as configured, and does it. */
  make<T>(call: CallRequest<T>): Promise<T>;
  fail(failure: Failure): void;
  delay(delay: Delay): void;
  forget(): void;
  /** Forgets the calls, and what was said about failures and delays since the beginning. */
  reset(): void;
}

export interface CallRequest<T> {
  readonly verb: Verb;
  readonly name: string;
  readonly input?: unknown;
  /** The caller's, joined with the end of the connection. */
  readonly signal: AbortSignal;
  readonly run: () => T | Promise<T>;
}

interface Countdown {
  readonly failure: Failure;
  left: number;
}

export function createCallLog(clock: Clock, failures: readonly Failure[], delays: readonly Delay[]): CallLog {
  const calls: { -readonly [Key in keyof RecordedCall]: RecordedCall[Key] }[] = [];
  let countdowns = failures.map(countdownOf);
  let allDelays = [...delays];
  const failureOf = (call: RecordedCall): Failure | undefined => {
    const hit = countdowns.find(({ failure, left }) => left > 0 && matches(failure, call));
    if (hit !== undefined) hit.left -= 1;
    return hit?.failure;
  };
  return {
    calls,
    fail: (failure) => {
      countdowns.push(countdownOf(failure));
    },
    delay: (delay) => {
      allDelays.push(delay);
    },
    forget: () => {
      calls.length = 0;
    },
    reset: () => {
      calls.length = 0;
      countdowns = failures.map(countdownOf);
      allDelays = [...delays];
    },
    async make({ verb, name, input, signal, run }) {
      signal.throwIfAborted();
      const call: (typeof calls)[number] = {
        verb,
        name,
        outcome: 'pending',
        ...(input === undefined ? {} : { input }),
      };
      calls.push(call);
      try {
        const waits = allDelays.filter((delay) => matches(delay, call));
        const ms = waits.reduce((sum, delay) => sum + delay.ms, 0);
        if (ms > 0) await clock.sleep(ms, signal);
        const failure = failureOf(call);
        if (failure !== undefined && failure.when !== 'after') throw failure.error;
        const result = await run();
        signal.throwIfAborted();
        if (failure !== undefined) throw failure.error;
        call.outcome = 'done';
        return result;
      } catch (error) {
        call.outcome = 'failed';
        throw error;
      }
    },
  };
}

function countdownOf(failure: Failure): Countdown {
  return { failure, left: failure.times ?? Number.POSITIVE_INFINITY };
}

function matches(pattern: CallPattern, call: RecordedCall): boolean {
  if (pattern.verb !== undefined && pattern.verb !== call.verb) return false;
  return matchesText(pattern.name, call.name);
}

export function matchesText(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  // Not `test`: it would remember its place in an expression with the flag g.
  return typeof pattern === 'string' ? pattern === text : text.search(pattern) >= 0;
}
