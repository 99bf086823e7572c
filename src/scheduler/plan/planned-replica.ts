import type { StepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { ContainerRef } from './steps.ts';

/** A replica as later steps of the plan see it. */
export interface PlannedReplica {
  readonly number: number;
  readonly ref: ContainerRef;
  /** The step that makes its container; absent when it exists. */
  readonly create?: StepId;
  /** The step that starts it; absent when it stays as it is. */
  readonly start?: StepId;
  /** The container that stays; absent when the plan makes one. */
  readonly observed?: ObservedContainer;
}
