import type { ModelPath } from '../project.ts';
import { type MappingNode, mapEntries, mapItems, type Node, type Origin, withEntry } from '../tree/node.ts';

export interface Resets {
  /** The document without its `!reset` values and without tags. */
  readonly root: Node;
  /** Where earlier files lose what they said. */
  readonly paths: readonly ModelPath[];
}

/** Takes `!reset` and `!override` out of a document: both are places to clear in whatever the document lands on. */
export function collectResets(root: Node): Resets {
  const paths: ModelPath[] = [];
  const path: (string | number)[] = [];
  const visit = (node: Node, step: string | number): Node | undefined => {
    path.push(step);
    const result = strip(node);
    path.pop();
    return result;
  };
  const strip = (node: Node): Node | undefined => {
    if (node.tag !== undefined) paths.push([...path]);
    if (node.tag === 'reset') return undefined;
    if (node.tag === 'override') return replacing(node, node.origin);
    if (node.tag === 'clear') return within({ ...node, tag: undefined });
    return within(node);
  };
  const within = (node: Node): Node => {
    if (node.kind === 'mapping') return mapEntries(node, (key, entry) => visit(entry.value, key));
    if (node.kind === 'sequence') return mapItems(node, visit);
    return node;
  };
  return { root: strip(root) ?? root, paths };
}

/**
 * A value that replaces what was there: tags within have nothing left to do, and their values stay, also those that an
 * alias brings. What is within a mapping or sequence that stands there by an alias has lost its resets where it was
 * written.
 */
export function replacing(node: Node, around: Origin): Node {
  const whole = node.tag === 'override' ? node.origin : around;
  const bare = node.tag === undefined ? node : { ...node, tag: undefined };
  const keep = (child: Node, place: Origin): Node | undefined =>
    child.tag === 'reset' && !isWithin(place, whole) ? undefined : replacing(child, whole);
  if (bare.kind === 'mapping') return mapEntries(bare, (_, { key, value }) => keep(value, key));
  if (bare.kind === 'sequence') return mapItems(bare, (item) => keep(item, bare.origin));
  return bare;
}

function isWithin(inner: Origin, outer: Origin): boolean {
  return inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;
}

/** Deletes what the paths name from an accumulated tree. Inside sequences nothing is deleted. */
export function applyResets(root: Node, paths: readonly ModelPath[]): Node {
  return paths.reduce((tree, path) => remove(tree, path, 0) ?? tree, root);
}

/** The resets below a prefix, relative to it: `services.web` for an extended service. */
export function resetsBelow(paths: readonly ModelPath[], prefix: ModelPath): readonly ModelPath[] {
  return paths
    .filter((path) => path.length > prefix.length && prefix.every((step, index) => path[index] === step))
    .map((path) => path.slice(prefix.length));
}

function remove(node: Node, path: ModelPath, depth: number): Node | undefined {
  const step = path[depth];
  if (step === undefined) return undefined;
  if (node.kind !== 'mapping') return node;
  const entry = node.entries.get(String(step));
  if (entry === undefined) return node;
  return withEntry(node as MappingNode, String(step), remove(entry.value, path, depth + 1));
}
