import type { SchemaProblem } from './problem.ts';

/** Sorts problems by where they stand in the document: keys in the order in which they were written. */
export function inDocumentOrder(
  problems: readonly SchemaProblem[],
  plain: unknown,
): readonly SchemaProblem[] {
  const keyOrders = new WeakMap<object, ReadonlyMap<string, number>>();
  return problems
    .map((problem) => ({ problem, position: positionOf(problem.path, plain, keyOrders) }))
    .sort((left, right) => comparePositions(left.position, right.position))
    .map(({ problem }) => problem);
}

function positionOf(
  path: SchemaProblem['path'],
  plain: unknown,
  keyOrders: WeakMap<object, ReadonlyMap<string, number>>,
): readonly number[] {
  let value = plain;
  return path.map((step) => {
    if (typeof value !== 'object' || value === null) return 0;
    const container = value as Readonly<Record<string | number, unknown>>;
    value = Object.hasOwn(container, step) ? container[step] : undefined;
    return typeof step === 'number' ? step : (keyOrder(container, keyOrders).get(step) ?? 0);
  });
}

function keyOrder(
  container: object,
  known: WeakMap<object, ReadonlyMap<string, number>>,
): ReadonlyMap<string, number> {
  const order = known.get(container) ?? new Map(Object.keys(container).map((key, index) => [key, index]));
  known.set(container, order);
  return order;
}

/** A container comes before what is in it. */
function comparePositions(left: readonly number[], right: readonly number[]): number {
  for (let step = 0; step < Math.min(left.length, right.length); step += 1) {
    const difference = (left[step] ?? 0) - (right[step] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
