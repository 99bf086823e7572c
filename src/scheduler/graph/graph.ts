/** A thing that may begin when the things it needs are there. */
export interface GraphNode<Id extends string = string> {
  readonly id: Id;
  readonly needs: readonly Id[];
}

/** A directed graph in both directions; ids, needs and dependents keep the order of the input. */
export interface Graph<Id extends string = string> {
  readonly ids: readonly Id[];
  readonly needs: ReadonlyMap<Id, readonly Id[]>;
  readonly dependents: ReadonlyMap<Id, readonly Id[]>;
}

/**
 * Links nodes by their needs; a need that is listed twice counts once. Cycles are allowed here, `sortGraph` finds them.
 * Throws a plain Error for a repeated id or a need that no node has: its caller made the nodes, so that is a bug.
 */
export function buildGraph<Id extends string>(nodes: readonly GraphNode<Id>[]): Graph<Id> {
  const needs = new Map<Id, readonly Id[]>();
  const dependents = new Map<Id, Id[]>();
  for (const node of nodes) {
    if (needs.has(node.id)) throw new Error(`bug in Flotilla: two nodes of a graph are called "${node.id}"`);
    needs.set(node.id, [...new Set(node.needs)]);
    dependents.set(node.id, []);
  }
  for (const [id, its] of needs) {
    for (const need of its) {
      const list = dependents.get(need);
      if (list === undefined) {
        throw new Error(`bug in Flotilla: "${id}" needs "${need}", which is not in the graph`);
      }
      list.push(id);
    }
  }
  return { ids: [...needs.keys()], needs, dependents };
}

/** The same nodes with every edge turned round: what was needed now needs. */
export function reverseGraph<Id extends string>(graph: Graph<Id>): Graph<Id> {
  return { ids: graph.ids, needs: graph.dependents, dependents: graph.needs };
}

/** The given nodes and all that they need, directly or not; in no promised order. */
export function reachableFrom<Id extends string>(graph: Graph<Id>, from: Iterable<Id>): ReadonlySet<Id> {
  const reached = new Set<Id>(from);
  // A Set's iterator also visits what is added while it runs.
  for (const id of reached) {
    const needs = graph.needs.get(id);
    if (needs === undefined) throw new Error(`bug in Flotilla: "${id}" is not in the graph`);
    for (const need of needs) reached.add(need);
  }
  return reached;
}
