import { describe, expect, test } from 'vitest';
import {
  buildGraph,
  formatCycle,
  type GraphNode,
  reachableFrom,
  reverseGraph,
  sortGraph,
} from '../../../../src/scheduler/graph/index.ts';
import { createRandom } from '../../../support/random.ts';

function node(id: string, ...needs: string[]): GraphNode {
  return { id, needs };
}

function orderOf(nodes: readonly GraphNode[]): readonly string[] {
  const sorted = sortGraph(buildGraph(nodes));
  if (sorted.kind === 'cycle') throw new Error(formatCycle(sorted.cycle));
  return sorted.order;
}

describe('building a graph', () => {
  test('links nodes in both directions and keeps the order of the input', () => {
    const graph = buildGraph([node('web', 'api', 'db'), node('db'), node('api', 'db')]);
    expect(graph.ids).toEqual(['web', 'db', 'api']);
    expect(graph.needs.get('web')).toEqual(['api', 'db']);
    expect(graph.dependents.get('db')).toEqual(['web', 'api']);
    expect(graph.dependents.get('web')).toEqual([]);
  });

  test('counts a need that is listed twice once', () => {
    expect(buildGraph([node('web', 'db', 'db'), node('db')]).needs.get('web')).toEqual(['db']);
  });

  test('reports a repeated id and an unknown need as bugs', () => {
    expect(() => buildGraph([node('a'), node('a')])).toThrowErrorMatchingInlineSnapshot(
      `[Error: bug in Flotilla: two nodes of a graph are called "a"]`,
    );
    expect(() => buildGraph([node('a', 'b')])).toThrowErrorMatchingInlineSnapshot(
      `[Error: bug in Flotilla: "a" needs "b", which is not in the graph]`,
    );
  });
});

describe('sorting a graph', () => {
  test('puts needs first and otherwise keeps the order of the input', () => {
    expect(orderOf([node('c'), node('web', 'db'), node('a'), node('db')])).toEqual(['c', 'db', 'web', 'a']);
  });

  test('leaves a good order as it is', () => {
    const nodes = [node('b'), node('a'), node('d', 'a'), node('c', 'b')];
    expect(orderOf(nodes)).toEqual(['b', 'a', 'd', 'c']);
  });

  test('sorts nothing', () => {
    expect(orderOf([])).toEqual([]);
  });

  test('returns a cycle, without the nodes that only lead to it', () => {
    const sorted = sortGraph(buildGraph([node('x', 'a'), node('a', 'b'), node('b', 'c'), node('c', 'a')]));
    expect(sorted).toEqual({ kind: 'cycle', cycle: ['a', 'b', 'c'] });
    expect(formatCycle(['a', 'b', 'c'])).toBe('a -> b -> c -> a');
  });

  test('sees that a node which needs itself is a cycle', () => {
    const sorted = sortGraph(buildGraph([node('a', 'a')]));
    expect(sorted).toEqual({ kind: 'cycle', cycle: ['a'] });
    expect(formatCycle(['a'])).toBe('a -> a');
  });

  test('a chain of 100,000 nodes does not exhaust the stack', () => {
    const nodes = Array.from({ length: 100_000 }, (_, at) =>
      at === 99_999 ? node('n99999') : node(`n${at}`, `n${at + 1}`),
    );
    expect(orderOf(nodes).slice(0, 2)).toEqual(['n99999', 'n99998']);
  });

  test('every random graph without cycles is sorted, and sorting twice changes nothing', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const nodes = randomNodes(seed);
      const order = orderOf(nodes);
      const place = new Map(order.map((id, at) => [id, at]));
      expect(place.size).toBe(nodes.length);
      for (const { id, needs } of nodes) {
        for (const need of needs) expect(place.get(need)).toBeLessThan(place.get(id) ?? -1);
      }
      const byId = new Map(nodes.map((item) => [item.id, item]));
      expect(orderOf(order.map((id) => byId.get(id) ?? node(id)))).toEqual(order);
    }
  });

  test('whatever cycle it returns is one', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = createRandom(seed);
      const ids = Array.from({ length: 2 + random.below(12) }, (_, at) => `n${at}`);
      const nodes = ids.map((id) => node(id, ...ids.filter(() => random.chance(0.2))));
      const sorted = sortGraph(buildGraph(nodes));
      if (sorted.kind === 'sorted') continue;
      const { cycle } = sorted;
      for (const [at, id] of cycle.entries()) {
        const next = cycle[(at + 1) % cycle.length];
        expect(nodes.find((item) => item.id === id)?.needs).toContain(next);
      }
      expect(new Set(cycle).size).toBe(cycle.length);
    }
  });
});

describe('walking a graph', () => {
  const graph = buildGraph([node('web', 'api'), node('api', 'db'), node('db'), node('mail')]);

  test('reaches what a node needs, directly or not, and the node itself', () => {
    expect([...reachableFrom(graph, ['api'])].sort()).toEqual(['api', 'db']);
    expect([...reachableFrom(graph, ['mail', 'web'])].sort()).toEqual(['api', 'db', 'mail', 'web']);
  });

  test('reversed, reaches what needs a node', () => {
    expect([...reachableFrom(reverseGraph(graph), ['api'])].sort()).toEqual(['api', 'web']);
    expect(sortGraph(reverseGraph(graph))).toEqual({ kind: 'sorted', order: ['web', 'api', 'db', 'mail'] });
  });

  test('reports a start that is not in the graph as a bug', () => {
    expect(() => reachableFrom(graph, ['nobody'])).toThrowErrorMatchingInlineSnapshot(
      `[Error: bug in Flotilla: "nobody" is not in the graph]`,
    );
  });
});

function randomNodes(seed: number): readonly GraphNode[] {
  const random = createRandom(seed);
  const ids = random.shuffle(Array.from({ length: random.below(40) }, (_, at) => `n${at}`));
  return random.shuffle(ids.map((id, at) => node(id, ...ids.slice(0, at).filter(() => random.chance(0.15)))));
}
