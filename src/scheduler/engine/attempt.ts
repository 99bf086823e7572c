import type { RetryOptions, RunNode } from './options.ts';
import type { Outcome } from './outcome.ts';

export interface AttemptOptions<T> {
  readonly run: () => Promise<T>;
  readonly retry: RetryOptions | undefined;
  readonly retrying: (error: unknown, attempt: number, delayMs: number) => void;
  /** The node's own signal. */
  readonly signal: AbortSignal;
  /** Aborts when nothing more may start, another try included. */
  readonly stopping: AbortSignal;
}

/** Executes one node, again where that may help; never rejects. */
export async function attempt<T>(
  node: RunNode,
  { run, retry, retrying, signal, stopping }: AttemptOptions<T>,
): Promise<Outcome<T, never>> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return { kind: 'done', value: await run() };
    } catch (error) {
      if (isInterruption(error, signal)) return { kind: 'cancelled' };
      const again = retry !== undefined && attempts < retry.attempts && isRetryable(error);
      if (!again || !(await pause(retry, attempts, error, retrying, stopping))) {
        return { kind: node.onFailure === 'tolerate' ? 'tolerated' : 'failed', error };
      }
    }
  }
}

/** An interrupted node may still fail in earnest; then its error is worth more than the word "cancelled". */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function isRetryable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === true;
}

/** Waits before the next try; false when there must not be one. */
async function pause(
  retry: RetryOptions,
  attempts: number,
  error: unknown,
  retrying: (error: unknown, attempt: number, delayMs: number) => void,
  stopping: AbortSignal,
): Promise<boolean> {
  if (stopping.aborted) return false;
  const delayMs = retry.delayMs(attempts);
  retrying(error, attempts, delayMs);
  try {
    await retry.sleep(delayMs, stopping);
  } catch (thrown) {
    if (!stopping.aborted) throw thrown;
  }
  return !stopping.aborted;
}
