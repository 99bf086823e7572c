import type { GraphNode } from '../graph/index.ts';
import type { Outcome } from './outcome.ts';

export interface RunNode<Id extends string = string> extends GraphNode<Id> {
  /** The lane whose limit it counts against; absent: it may always run, as a wait does. */
  readonly lane?: string;
  /** Nodes that must have settled first, however they ended: order without dependence. */
  readonly after?: readonly Id[];
  /** `tolerate`: what needs this node runs even when it fails. `fail-alone`: that does not, and all others do. */
  readonly onFailure: 'stop' | 'tolerate' | 'fail-alone';
}

export interface RunOptions<Node extends RunNode, T> {
  readonly nodes: readonly Node[];
  /** How many nodes may run at once in each lane; at least 1. */
  readonly lanes: Readonly<Record<string, number>>;
  /** Its signal aborts, with the reason of `abort`, only while the node runs; nobody needs to unsubscribe afterwards. */
  execute(node: Node, signal: AbortSignal): Promise<T>;
  readonly observer?: RunObserver<Node, T>;
  /** Hears the first thing that the observer threw; the observer hears nothing more from then on. */
  readonly onObserverError?: (thrown: unknown) => void;
  /** Starts nothing more and lets running nodes end. */
  readonly drain: AbortSignal;
  /** Starts nothing more and interrupts running nodes. */
  readonly abort: AbortSignal;
  /** Drain on the first failure of a node that says `stop`. */
  readonly failFast?: boolean;
  readonly retry?: RetryOptions;
}

/** Called synchronously, in the order of what happens. */
export interface RunObserver<Node extends RunNode, T> {
  started?(node: Node): void;
  /** The `attempt`-th try (from 1) failed and another one follows after `delayMs`. */
  retrying?(node: Node, error: unknown, attempt: number, delayMs: number): void;
  /** Once for every node, also for those that never started. */
  settled?(node: Node, outcome: Outcome<T, Node['id']>): void;
}

/** What to do about an error that says `retryable: true`; the node keeps its place in the lane meanwhile. */
export interface RetryOptions {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** The pause after the `attempt`-th try, from 1. */
  delayMs(attempt: number): number;
  /** Rejects when the signal aborts: a run that drains does not try again. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
