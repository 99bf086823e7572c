import type { ContainerRecord } from '../containers/record.ts';

const firstPauseMs = 100;
const longestPauseMs = 60_000;
/** A run that lasted this long was a good one: the next pause is the first again. */
const goodRunMs = 10_000;

/** How long to wait before a container starts again by its policy; undefined when it shall not. Docker's rules. */
export function restartPause(
  { spec }: Pick<ContainerRecord, 'spec'>,
  { exitCode, lastedMs, count, lastPauseMs }: Ending,
): number | undefined {
  const { name = 'no', maximumRetries = 0 } = spec.restart ?? {};
  if (name === 'no') return undefined;
  if (name === 'on-failure') {
    if (exitCode === 0) return undefined;
    if (maximumRetries > 0 && count >= maximumRetries) return undefined;
  }
  if (lastPauseMs === undefined || lastedMs >= goodRunMs) return firstPauseMs;
  return Math.min(lastPauseMs * 2, longestPauseMs);
}

export interface Ending {
  readonly exitCode: number;
  readonly lastedMs: number;
  /** Restarts so far. */
  readonly count: number;
  /** Before the run that ended; absent when a person had started it. */
  readonly lastPauseMs?: number;
}

export function lastedMs(run: { readonly startedAt: string }, exit: { readonly finishedAt: string }): number {
  return Number((BigInt(exit.finishedAt) - BigInt(run.startedAt)) / 1_000_000n);
}
