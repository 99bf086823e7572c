import type { RunNode } from './options.ts';

/** Nodes that may run, first come, first served within each lane. */
export interface Lanes<Node extends RunNode> {
  add(node: Node): void;
  /** Takes a place in the node's lane for the next node that can have one; undefined when there is none. */
  next(node: Node): Node | undefined;
  /** Gives the place of a node back. */
  leave(node: Node): void;
}

interface Lane<Node> {
  free: number;
  head: number;
  readonly queue: Node[];
}

/** Throws a plain Error for a lane without a usable limit: whoever made the nodes also names the lanes. */
export function createLanes<Node extends RunNode>(
  limits: Readonly<Record<string, number>>,
  nodes: readonly Node[],
): Lanes<Node> {
  const lanes = new Map<string | undefined, Lane<Node>>();
  for (const { id, lane } of nodes) {
    if (lanes.has(lane)) continue;
    const limit = lane === undefined ? Number.POSITIVE_INFINITY : limits[lane];
    if (limit === undefined || !(limit >= 1)) {
      throw new Error(`bug in Flotilla: the lane "${lane}" of "${id}" has the limit ${limit}`);
    }
    lanes.set(lane, { free: Math.floor(limit), head: 0, queue: [] });
  }
  const laneOf = (node: Node): Lane<Node> => {
    const lane = lanes.get(node.lane);
    if (lane === undefined) throw new Error(`bug in Flotilla: "${node.id}" is not a node of this run`);
    return lane;
  };
  return {
    add: (node) => {
      laneOf(node).queue.push(node);
    },
    next: (node) => {
      const lane = laneOf(node);
      const next = lane.free >= 1 ? lane.queue[lane.head] : undefined;
      if (next === undefined) return undefined;
      lane.head += 1;
      lane.free -= 1;
      return next;
    },
    leave: (node) => {
      laneOf(node).free += 1;
    },
  };
}
