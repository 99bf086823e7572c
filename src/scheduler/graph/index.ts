export { buildGraph, type Graph, type GraphNode, reachableFrom, reverseGraph } from './graph.ts';
export { formatCycle, type Sorted, sortGraph } from './sort.ts';
