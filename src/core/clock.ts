/** Time as everything that waits sees it; tests bring one whose hands they turn. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
