import type { RunEvent } from '../../scheduler/index.ts';
import type { Output } from '../io.ts';

/** Shows what a run tells. It hears every event and decides nothing. */
export interface Reporter {
  event(event: RunEvent): void;
  /** Takes a live view off the screen, so that others can write lines; it comes back below them. */
  makeRoom(): void;
  /** Leaves the last state on the screen and lets go of timers. */
  close(): Promise<void>;
}

export type ReporterMode = 'tty' | 'plain' | 'json' | 'quiet';

export interface ReporterOptions {
  /** Standard error, as docker compose has it: standard output belongs to what the command was asked for. */
  readonly output: Output;
  readonly color: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls back about so often until the returned function is called; must not keep the process alive. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}
