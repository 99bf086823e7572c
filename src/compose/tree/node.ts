import type { SourceText } from '../source/source-text.ts';

/**
 * The located tree: YAML values that keep the place they came from. Every step of the loader takes a tree and gives
 * a new one; nodes are never changed, and parts that a step leaves alone are shared. Mappings are Maps, so no key
 * is special.
 */
export type Node = ScalarNode | SequenceNode | MappingNode;

export interface Origin {
  readonly source: SourceText;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export type ScalarValue = string | number | bigint | boolean | null;
/** What YAML resolved the text to; `float` also when the value happens to be whole. */
export type ScalarType = 'null' | 'bool' | 'int' | 'float' | 'string' | 'timestamp';
/**
 * `!reset` and `!override`, which say what happens to the value of an earlier file. `clear` is what they make together
 * with `<<`: the earlier value goes, this one stays, and the tags within it count.
 */
export type MergeTag = 'reset' | 'override' | 'clear';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly value: ScalarValue;
  readonly origin: Origin;
  readonly tag: MergeTag | undefined;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
  readonly origin: Origin;
  readonly tag: MergeTag | undefined;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin: Origin;
  readonly tag: MergeTag | undefined;
}

export interface Entry {
  readonly key: Origin;
  readonly value: Node;
}

export function scalar(value: ScalarValue, origin: Origin, type: ScalarType = typeOf(value)): ScalarNode {
  return { kind: 'scalar', type, value, origin, tag: undefined };
}

export function sequence(items: readonly Node[], origin: Origin): SequenceNode {
  return { kind: 'sequence', items, origin, tag: undefined };
}

export function mapping(entries: ReadonlyMap<string, Entry>, origin: Origin): MappingNode {
  return { kind: 'mapping', entries, origin, tag: undefined };
}

/** A mapping whose keys and values all stand where `origin` is: the long form of something written short. */
export function mappingOf(
  origin: Origin,
  values: Readonly<Record<string, ScalarValue | Node | undefined>>,
): MappingNode {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const node = value !== null && typeof value === 'object' ? value : scalar(value, origin);
    entries.set(key, { key: origin, value: node });
  }
  return mapping(entries, origin);
}

export function isNull(node: Node | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

export function isText(node: Node | undefined): node is ScalarNode & { readonly value: string } {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'mapping' ? node.entries.get(key)?.value : undefined;
}

/** The text of a child that is a string. */
export function childText(node: Node | undefined, key: string): string | undefined {
  const value = child(node, key);
  return isText(value) ? value.value : undefined;
}

/** A copy with one entry set, or left out when `value` is undefined; the same node when that changes nothing. */
export function withEntry(
  node: MappingNode,
  key: string,
  value: Node | undefined,
  keyOrigin?: Origin,
): MappingNode {
  const present = node.entries.get(key);
  if (present?.value === value) return node;
  const entries = new Map(node.entries);
  if (value === undefined) entries.delete(key);
  else entries.set(key, { key: present?.key ?? keyOrigin ?? value.origin, value });
  return { ...node, entries };
}

/** Maps the values of a mapping; `undefined` drops the entry. Shares the node when nothing changed. */
export function mapEntries(
  node: MappingNode,
  change: (key: string, entry: Entry) => Node | undefined,
): MappingNode {
  let entries: Map<string, Entry> | undefined;
  for (const [key, entry] of node.entries) {
    const value = change(key, entry);
    if (value === entry.value) continue;
    entries ??= new Map(node.entries);
    if (value === undefined) entries.delete(key);
    else entries.set(key, { key: entry.key, value });
  }
  return entries === undefined ? node : { ...node, entries };
}

/** Maps the items of a sequence; `undefined` drops the item. Shares the node when nothing changed. */
export function mapItems(
  node: SequenceNode,
  change: (item: Node, index: number) => Node | undefined,
): SequenceNode {
  let items: Node[] | undefined;
  for (let index = 0; index < node.items.length; index += 1) {
    const item = node.items[index] as Node;
    const value = change(item, index);
    if (items === undefined && value !== item) items = node.items.slice(0, index);
    if (items !== undefined && value !== undefined) items.push(value);
  }
  return items === undefined ? node : { ...node, items };
}

function typeOf(value: ScalarValue): ScalarType {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float';
}

/** How many nodes there are in a tree; those of parts that were counted before are known. */
export function countNodes(node: Node, known: WeakMap<Node, number>): number {
  if (node.kind === 'scalar') return 1;
  const before = known.get(node);
  if (before !== undefined) return before;
  let total = 1;
  if (node.kind === 'sequence') for (const item of node.items) total += countNodes(item, known);
  else for (const { value } of node.entries.values()) total += countNodes(value, known);
  known.set(node, total);
  return total;
}
