import { linkedAbort } from '../../core/linked-abort.ts';
import { buildGraph, formatCycle, type Graph, sortGraph } from '../graph/index.ts';
import { attempt } from './attempt.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { isolateObserver } from './observer.ts';
import type { RunNode, RunObserver, RunOptions } from './options.ts';
import type { Outcome } from './outcome.ts';

/**
 * Runs every node as soon as all that it needs is done or tolerated, and tells how each one ended, in the order of
 * `nodes`. A failure skips what needs the failed node, and nothing else. Rejects only for bugs: a cycle, a need or a
 * lane that does not exist.
 */
export async function runGraph<Node extends RunNode, T>(
  options: RunOptions<Node, T>,
): Promise<ReadonlyMap<Node['id'], Outcome<T, Node['id']>>> {
  const graph = buildGraph<Node['id']>(
    options.nodes.map(({ id, needs, after }) => ({ id, needs: [...needs, ...(after ?? [])] })),
  );
  const sorted = sortGraph(graph);
  if (sorted.kind === 'cycle') {
    throw new Error(`bug in Flotilla: the steps of a run need each other: ${formatCycle(sorted.cycle)}`);
  }
  const run = new GraphRun(options, graph);
  await run.finish();
  return new Map(graph.ids.map((id) => [id, run.outcomeOf(id)]));
}

/**
 * waiting --all needs done or tolerated, all others settled--> queued --place in its lane--> running --> done | failed | tolerated | cancelled
 *    |                                        |
 *    +--a need failed--> skipped              +--drain or abort--> cancelled (so does whatever still waits)
 */
class GraphRun<Node extends RunNode, T> {
  readonly #options: RunOptions<Node, T>;
  readonly #graph: Graph<Node['id']>;
  readonly #nodes: ReadonlyMap<Node['id'], Node>;
  readonly #observer: Required<RunObserver<Node, T>>;
  readonly #lanes: Lanes<Node>;
  /** How many nodes each one still waits for. */
  readonly #missing: Map<Node['id'], number>;
  readonly #running = new Map<Node['id'], AbortController>();
  readonly #outcomes = new Map<Node['id'], Outcome<T, Node['id']>>();
  readonly #stopping = linkedAbort();
  #finished: () => void = () => {};
  #broken: (bug: unknown) => void = () => {};

  constructor(options: RunOptions<Node, T>, graph: Graph<Node['id']>) {
    this.#options = options;
    this.#graph = graph;
    this.#nodes = new Map(options.nodes.map((node) => [node.id, node]));
    this.#observer = isolateObserver(options.observer, options.onObserverError);
    this.#lanes = createLanes(options.lanes, options.nodes);
    this.#missing = new Map(graph.ids.map((id) => [id, graph.needs.get(id)?.length ?? 0]));
  }

  async finish(): Promise<void> {
    const { drain, abort } = this.#options;
    const onDrain = () => this.#stop();
    const onAbort = () => this.#interrupt();
    drain.addEventListener('abort', onDrain);
    abort.addEventListener('abort', onAbort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finished = resolve;
        this.#broken = reject;
        this.#begin();
      });
    } finally {
      drain.removeEventListener('abort', onDrain);
      abort.removeEventListener('abort', onAbort);
    }
  }

  outcomeOf(id: Node['id']): Outcome<T, Node['id']> {
    const outcome = this.#outcomes.get(id);
    if (outcome === undefined) throw new Error(`bug in Flotilla: "${id}" has not settled`);
    return outcome;
  }

  #begin(): void {
    const { drain, abort } = this.#options;
    if (drain.aborted || abort.aborted) this.#stop();
    this.#release(this.#graph.ids.filter((id) => this.#missing.get(id) === 0));
    this.#finishIfSettled();
  }

  /** Queues nodes that wait for nothing, then starts as many as their lanes allow. */
  #release(ids: readonly Node['id'][]): void {
    const ready = ids.filter((id) => !this.#outcomes.has(id)).map((id) => this.#node(id));
    for (const node of ready) this.#lanes.add(node);
    for (const node of ready) this.#startNext(node);
  }

  #startNext(inLaneOf: Node): void {
    if (this.#stopping.signal.aborted) return;
    const node = this.#lanes.next(inLaneOf);
    if (node !== undefined) this.#start(node);
  }

  #start(node: Node): void {
    const controller = new AbortController();
    this.#running.set(node.id, controller);
    this.#observer.started(node);
    const outcome = attempt<T>(node, {
      run: () => this.#options.execute(node, controller.signal),
      retry: this.#options.retry,
      retrying: (error, attempts, delayMs) => this.#observer.retrying(node, error, attempts, delayMs),
      signal: controller.signal,
      stopping: this.#stopping.signal,
    });
    outcome.then((settled) => this.#end(node, settled)).catch(this.#broken);
  }

  #end(node: Node, outcome: Outcome<T, never>): void {
    this.#running.delete(node.id);
    this.#lanes.leave(node);
    this.#settle(node.id, outcome);
    if (outcome.kind === 'failed') {
      const free = this.#skipDependents(node.id);
      if (this.#options.failFast === true && node.onFailure === 'stop') this.#stop();
      this.#release(free);
    } else {
      this.#release(this.#unblock(node.id, outcome.kind !== 'cancelled'));
    }
    this.#startNext(node);
    this.#finishIfSettled();
  }

  /** The dependents for which this was the last that they waited for; an unsuccessful end frees only the order. */
  #unblock(id: Node['id'], successful: boolean): readonly Node['id'][] {
    const free: Node['id'][] = [];
    for (const dependent of this.#graph.dependents.get(id) ?? []) {
      if (!successful && this.#node(dependent).needs.includes(id)) continue;
      const missing = (this.#missing.get(dependent) ?? 0) - 1;
      this.#missing.set(dependent, missing);
      if (missing === 0 && !this.#outcomes.has(dependent)) free.push(dependent);
    }
    return free;
  }

  /** Settles what cannot do without the failed node; returns what only had to come later and may now run. */
  #skipDependents(because: Node['id']): readonly Node['id'][] {
    const free = new Set<Node['id']>();
    const ended = new Set<Node['id']>([because]);
    for (const id of ended) {
      for (const dependent of this.#graph.dependents.get(id) ?? []) {
        if (this.#outcomes.has(dependent) || !this.#node(dependent).needs.includes(id)) continue;
        this.#settle(dependent, { kind: 'skipped', because });
        ended.add(dependent);
      }
      for (const freed of this.#unblock(id, false)) free.add(freed);
    }
    return [...free].filter((id) => !this.#outcomes.has(id));
  }

  #interrupt(): void {
    this.#stop();
    for (const controller of this.#running.values()) controller.abort(this.#options.abort.reason);
  }

  #stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    for (const id of this.#graph.ids) {
      if (!this.#running.has(id) && !this.#outcomes.has(id)) this.#settle(id, { kind: 'cancelled' });
    }
    this.#finishIfSettled();
  }

  #settle(id: Node['id'], outcome: Outcome<T, Node['id']>): void {
    this.#outcomes.set(id, outcome);
    this.#observer.settled(this.#node(id), outcome);
  }

  #finishIfSettled(): void {
    if (this.#outcomes.size === this.#nodes.size) this.#finished();
  }

  #node(id: Node['id']): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`bug in Flotilla: "${id}" is not a node of this run`);
    return node;
  }
}
