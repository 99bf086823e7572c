import type { Graph } from './graph.ts';

export type Sorted<Id extends string> =
  | { readonly kind: 'sorted'; readonly order: readonly Id[] }
  /** Each node of the cycle needs the next one, and the last one needs the first. */
  | { readonly kind: 'cycle'; readonly cycle: readonly Id[] };

/**
 * Puts every node behind what it needs. Stable: a node moves only as far as its needs force it, so an order that is
 * already good stays as it is. Linear, and without recursion, so that a long chain cannot exhaust the stack.
 */
export function sortGraph<Id extends string>(graph: Graph<Id>): Sorted<Id> {
  const order: Id[] = [];
  const finished = new Set<Id>();
  for (const root of graph.ids) {
    const cycle = finished.has(root) ? undefined : visit(graph, root, finished, order);
    if (cycle !== undefined) return { kind: 'cycle', cycle };
  }
  return { kind: 'sorted', order };
}

/** `web -> api -> web`: from each node to the one it needs, round to the first. */
export function formatCycle(cycle: readonly string[]): string {
  return [...cycle, ...cycle.slice(0, 1)].join(' -> ');
}

interface Visit<Id extends string> {
  readonly id: Id;
  readonly needs: readonly Id[];
  next: number;
}

/** Depth-first from one node; appends what it finishes to `order`, or returns the first cycle that it meets. */
function visit<Id extends string>(
  graph: Graph<Id>,
  root: Id,
  finished: Set<Id>,
  order: Id[],
): readonly Id[] | undefined {
  const open = new Set<Id>([root]);
  const path: Visit<Id>[] = [{ id: root, needs: graph.needs.get(root) ?? [], next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const need = top.needs[top.next];
    top.next += 1;
    if (need === undefined) {
      path.pop();
      open.delete(top.id);
      finished.add(top.id);
      order.push(top.id);
    } else if (open.has(need)) {
      const ids = path.map((step) => step.id);
      return ids.slice(ids.indexOf(need));
    } else if (!finished.has(need)) {
      open.add(need);
      path.push({ id: need, needs: graph.needs.get(need) ?? [], next: 0 });
    }
  }
  return undefined;
}
