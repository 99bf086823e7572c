import type { ServiceName, StepId } from '../../core/ids.ts';
import type { StepOutcome } from '../events.ts';
import type { RunResult } from '../execute/index.ts';
import type { Step } from '../plan/index.ts';
import type { Phase } from './phases.ts';

/** Where the time of a run went: plain JSON, described by schemas/timings.schema.json. */
export interface Timings {
  readonly version: 1;
  readonly command: string;
  readonly project: string;
  readonly outcome: RunResult['outcome'];
  /** When the first step began, as RFC 3339 writes it; absent when there was nothing to do. */
  readonly startedAt?: string;
  /** Milliseconds from the first step's beginning to the last one's end. */
  readonly durationMs: number;
  /** In the order of their beginning. */
  readonly services: readonly ServiceTimings[];
  /** Every step that ran, in the order of their beginning. */
  readonly steps: readonly StepTiming[];
  /** The steps that decided how long the run took, first to last: each began when the one before it had ended. */
  readonly criticalPath: readonly StepId[];
}

/** A service's phases span all of its replicas. */
export interface ServiceTimings {
  readonly service: ServiceName;
  readonly phases: readonly (Span & { readonly phase: Phase })[];
}

export interface StepTiming extends Span {
  readonly id: StepId;
  readonly kind: Step['kind'];
  /** What it is about, as the reporters name it. */
  readonly resource: string;
  readonly services: readonly ServiceName[];
  /** Absent for what belongs to the whole project: its networks and volumes. */
  readonly phase?: Phase;
  readonly outcome: StepOutcome;
  /** Milliseconds for which everything that it needs was there and no place in its lane was free. */
  readonly queuedMs: number;
  /** The steps that it had to wait for, as far as they ran. */
  readonly needs: readonly StepId[];
}

export interface Span {
  /** Milliseconds after the first step began. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** Milliseconds after the first step began. */
export function endOf({ startMs, durationMs }: Span): number {
  return startMs + durationMs;
}
