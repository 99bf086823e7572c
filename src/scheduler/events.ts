import type { ErrorCode } from '../core/codes.ts';
import type { SourceRange } from '../core/diagnostic.ts';
import type { Evidence } from '../core/error.ts';
import type { StepId } from '../core/ids.ts';

/**
 * What a run tells: plain JSON, described by schemas/events.schema.json. `seq` grows by one; `run.started` comes first
 * and `run.settled` last; each `step.started` has exactly one `step.settled`; progress comes only in between.
 */
export type RunEvent = EventBody & {
  readonly seq: number;
  /** RFC 3339. */
  readonly time: string;
};

export type EventBody =
  | {
      readonly type: 'run.started';
      readonly version: 1;
      readonly command: string;
      readonly project: string;
      readonly steps: readonly AnnouncedStep[];
      /** What the run looked at and leaves as it is. */
      readonly unchanged: readonly UnchangedResource[];
    }
  | { readonly type: 'step.started'; readonly step: StepId }
  | {
      readonly type: 'step.progress';
      readonly step: StepId;
      readonly text: string;
      /** Bytes. */
      readonly current?: number;
      readonly total?: number;
    }
  | {
      readonly type: 'step.settled';
      readonly step: StepId;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
      readonly error?: EventError;
      /** What was reached, when the step could end in several ways: `healthy`, `exited (0)`, `already gone`. */
      readonly detail?: string;
      /** For a skipped step: the failed step that it needed. */
      readonly because?: StepId;
    }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warning';
      readonly message: string;
      readonly code?: ErrorCode;
      readonly hint?: string;
      /** The setting that it is about. */
      readonly at?: SourceRange;
    }
  | {
      readonly type: 'run.settled';
      readonly outcome: 'done' | 'failed' | 'cancelled';
      readonly durationMs: number;
      readonly errors: readonly EventError[];
    };

/** `tolerated`: it failed, and what depends on it goes on. */
export type StepOutcome = 'done' | 'failed' | 'tolerated' | 'skipped' | 'cancelled';

export interface AnnouncedStep {
  readonly id: StepId;
  readonly kind: string;
  readonly resource: ResourceName;
  readonly reason: string;
}

export interface ResourceName {
  readonly type: 'Container' | 'Network' | 'Volume' | 'Image' | 'Service' | 'Model';
  readonly name: string;
}

export interface UnchangedResource extends ResourceName {
  /** `Running`, `Exists`, … */
  readonly state: string;
}

export interface EventError {
  readonly code: ErrorCode | 'bug';
  readonly message: string;
  readonly hint?: string;
  /** The setting that has to do with it, and the source lines around it. */
  readonly at?: SourceRange;
  readonly frame?: string;
  /** What was observed about it. */
  readonly evidence?: readonly Evidence[];
}
