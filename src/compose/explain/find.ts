import { unicityKey } from '../merge/unicity.ts';
import type { ModelPath } from '../project.ts';
import { childText, type Node, type Origin } from '../tree/node.ts';

/** A value of a part, with the place of its key. */
export interface Found {
  readonly node: Node;
  /** Absent for items of lists. */
  readonly key: Origin | undefined;
}

/**
 * The value at a path of the final model in one part of it. An item of a list has another index there: it is the one
 * that stands at the same place of a file, or that has the same meaning.
 */
export function findInPart(
  part: Node,
  final: Node | undefined,
  path: ModelPath,
  from: ModelPath,
): Found | undefined {
  let node = part;
  let model = final;
  let key: Origin | undefined;
  for (const [depth, step] of path.entries()) {
    const modelStep = from[depth] ?? step;
    const nextModel = model === undefined ? undefined : stepInto(model, modelStep);
    if (node.kind === 'mapping') {
      const entry = node.entries.get(String(step));
      if (entry === undefined) return undefined;
      key = entry.key;
      node = entry.value;
    } else if (node.kind === 'sequence') {
      const item =
        nextModel === undefined ? undefined : sameItem(node.items, nextModel, from.slice(0, depth));
      if (item === undefined) return undefined;
      key = undefined;
      node = item;
    } else return undefined;
    model = nextModel;
  }
  return { node, key };
}

function stepInto(node: Node, step: string | number): Node | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(step))?.value;
  return node.kind === 'sequence' ? node.items[Number(step)] : undefined;
}

export function nodeAt(root: Node | undefined, path: ModelPath): Node | undefined {
  let node = root;
  for (const step of path) node = node === undefined ? undefined : stepInto(node, step);
  return node;
}

function sameItem(items: readonly Node[], wanted: Node, list: ModelPath): Node | undefined {
  const keyOf = (item: Node) => (isPools(list) ? childText(item, 'subnet') : unicityKey(list, item));
  const key = keyOf(wanted);
  const alike = key === undefined ? [] : items.filter((item) => keyOf(item) === key);
  const here = (candidates: readonly Node[]) =>
    candidates.find((item) => isSamePlace(item.origin, wanted.origin));
  return here(alike) ?? alike.at(-1) ?? here(items);
}

/** Pools of addresses are merged by their subnets; see merge/merge.ts. */
function isPools(list: ModelPath): boolean {
  return list[0] === 'networks' && list.length === 4 && list[3] === 'config';
}

export function isSamePlace(left: Origin, right: Origin): boolean {
  return left.source === right.source && left.start === right.start && left.end === right.end;
}

/** The places that a value and all inside of it came from. */
export function placesIn(node: Node): { has(place: Origin): boolean } {
  const places = new Map<Origin['source'], Set<string>>();
  const visit = (each: Node): void => {
    const { source, start, end } = each.origin;
    const known = places.get(source) ?? new Set();
    places.set(source, known.add(`${start}-${end}`));
    if (each.kind === 'sequence') each.items.forEach(visit);
    else if (each.kind === 'mapping') for (const { value } of each.entries.values()) visit(value);
  };
  visit(node);
  return { has: ({ source, start, end }) => places.get(source)?.has(`${start}-${end}`) === true };
}
