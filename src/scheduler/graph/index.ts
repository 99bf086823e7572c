export { buildGraph, type Graph, type GraphNode, reachableFrom, reverseGraph } from './graph.ts';
export { formatCycle, sortGraph } from './sort.ts';
