import { compareBytes } from '../../core/text.ts';
import { scalarText } from '../model/scalars.ts';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import {
  childText,
  type Entry,
  isNull,
  isText,
  type MappingNode,
  mapping,
  mappingOf,
  type Node,
  type SequenceNode,
  scalar,
  sequence,
} from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';
import { type Rules, rulesBelow } from '../tree/rules.ts';
import { type MergeRule, mergeRules } from './rules.ts';

/** Lays `over` on `base`; both are whole documents, or services when `at` says so. */
export function merge(base: Node, over: Node, report: Report, at: ModelPath = []): Node {
  let rules: Rules<MergeRule> | undefined = mergeRules;
  for (const step of at) rules = rulesBelow(rules, String(step));
  return combine(base, over, rules, { report, path: [...at] });
}

interface Context {
  readonly report: Report;
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
}

function combine(base: Node, over: Node, rules: Rules<MergeRule> | undefined, context: Context): Node {
  if (isNull(base) && rules?.rule !== 'pairs') return over;
  const rule = rules?.rule;
  switch (rule) {
    case 'replace':
      return over;
    case 'pairs':
      return isNull(base) && isNull(over) ? base : mergePairs(base, over, rules, context);
    case 'append':
      return isNull(over) ? base : append(toSequence(base), toSequence(over));
    case 'host-list':
      return isNull(over) ? base : mergeHosts(base, over);
    case 'address-pools':
      return isNull(over) ? base : mergePools(base, over, rules, context);
    case 'build':
      return plain(contextOf(base), contextOf(over), rules, context);
    case 'names':
      return plain(namesToMapping(base, false), namesToMapping(over, false), rules, context);
    case 'dependencies':
      return plain(namesToMapping(base, true), namesToMapping(over, true), rules, context);
    case 'logging':
      return mergeLogging(base, over, rules, context);
    case undefined:
      return plain(base, over, rules, context);
  }
}

function plain(base: Node, over: Node, rules: Rules<MergeRule> | undefined, context: Context): Node {
  if (isNull(over)) return base;
  if (isNull(base)) return over;
  if (base.kind === 'mapping' && over.kind === 'mapping') return mergeMappings(base, over, rules, context);
  if (base.kind === 'sequence' && over.kind === 'sequence') return append(base, over);
  if (base.kind === 'scalar') return over;
  const path = [...context.path];
  context.report.error('compose.merge', `cannot override ${formatPath(path)}`, {
    at: over.origin,
    path,
    hint:
      path.at(-1) === 'ssh' && over.kind === 'sequence'
        ? 'A list of keys is not merged: write "ID: path" lines here, or "!override" before the list to replace the earlier one.'
        : `An earlier file gives a ${base.kind}, this one a ${over.kind}: use the same form in both, or "!override" to replace it.`,
  });
  return base;
}

function mergeMappings(
  base: MappingNode,
  over: MappingNode,
  rules: Rules<MergeRule> | undefined,
  context: Context,
): Node {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const present = entries.get(key);
    if (present === undefined) {
      entries.set(key, entry);
      continue;
    }
    context.path.push(key);
    const value = combine(present.value, entry.value, rulesBelow(rules, key), context);
    context.path.pop();
    entries.set(key, { key: value === present.value ? present.key : entry.key, value });
  }
  return { ...base, entries, origin: base.origin };
}

function mergePairs(base: Node, over: Node, rules: Rules<MergeRule> | undefined, context: Context): Node {
  const left = pairItems(base);
  const right = pairItems(over);
  if (left === undefined || right === undefined) return plain(base, over, rules, context);
  return sequence([...left, ...right], base.origin);
}

/** `K=V` items, those of a mapping by key; undefined when a value is no scalar, which validation will say better. */
function pairItems(node: Node): readonly Node[] | undefined {
  if (node.kind === 'sequence') return node.items;
  if (node.kind === 'scalar') return isNull(node) ? [] : undefined;
  const items: Node[] = [];
  for (const [key, { value }] of [...node.entries].sort(([a], [b]) => compareBytes(a, b))) {
    if (value.kind !== 'scalar') return undefined;
    items.push(scalar(isNull(value) ? key : `${key}=${scalarText(value)}`, value.origin));
  }
  return items;
}

/** `K=V` items as entries; undefined when an item is no text, which validation will say better. */
export function pairsToMapping(node: Node): MappingNode | undefined {
  if (node.kind === 'mapping') return node;
  if (isNull(node)) return mapping(new Map(), node.origin);
  if (node.kind !== 'sequence') return undefined;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    if (!isText(item)) return undefined;
    const equals = item.value.indexOf('=');
    const key = equals === -1 ? item.value : item.value.slice(0, equals);
    const value = equals === -1 ? null : item.value.slice(equals + 1);
    entries.set(key, { key: item.origin, value: scalar(value, item.origin) });
  }
  return mapping(entries, node.origin);
}

function append(base: SequenceNode, over: SequenceNode): SequenceNode {
  return sequence([...base.items, ...over.items], base.origin);
}

function toSequence(node: Node): SequenceNode {
  if (node.kind === 'sequence') return node;
  return sequence(isNull(node) ? [] : [node], node.origin);
}

/**
 * Host mappings become `host=ip` items; what the earlier list has is not added again, several addresses of a host are
 * all kept. An address that one list has twice stays twice, to be refused.
 */
function mergeHosts(base: Node, over: Node): Node {
  const earlier = hostItems(base);
  const known = new Set(earlier.map((item) => (isText(item) ? item.value : undefined)));
  const added = hostItems(over).filter((item) => !isText(item) || !known.has(item.value));
  return sequence([...earlier, ...added], base.origin);
}

function hostItems(node: Node): readonly Node[] {
  if (node.kind === 'sequence') return node.items;
  if (node.kind !== 'mapping') return [node];
  const items = [...node.entries].flatMap(([host, { value }]) => {
    const addresses = value.kind === 'sequence' ? value.items : [value];
    return addresses.map((address) =>
      address.kind === 'scalar' ? scalar(`${host}=${String(address.value ?? '')}`, address.origin) : address,
    );
  });
  return items.sort((a, b) => compareBytes(isText(a) ? a.value : '', isText(b) ? b.value : ''));
}

function mergePools(base: Node, over: Node, rules: Rules<MergeRule> | undefined, context: Context): Node {
  if (base.kind !== 'sequence' || over.kind !== 'sequence') return plain(base, over, rules, context);
  const items = [...base.items];
  for (const item of over.items) {
    const subnet = childText(item, 'subnet');
    const index = items.findIndex((known) => subnet !== undefined && childText(known, 'subnet') === subnet);
    const known = items[index];
    if (known === undefined) items.push(item);
    else items[index] = plain(known, item, rulesBelow(rules, String(index)), context);
  }
  return { ...base, items };
}

function contextOf(node: Node): Node {
  return isText(node) ? mappingOf(node.origin, { context: node }) : node;
}

function namesToMapping(node: Node, dependencies: boolean): Node {
  if (node.kind !== 'sequence') return node;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    if (!isText(item)) return node;
    const value = dependencies
      ? mappingOf(item.origin, { condition: 'service_started', required: true })
      : scalar(null, item.origin);
    entries.set(item.value, { key: item.origin, value });
  }
  return mapping(entries, node.origin);
}

/** Options belong to a driver: with another driver the earlier ones do not count. */
function mergeLogging(base: Node, over: Node, rules: Rules<MergeRule> | undefined, context: Context): Node {
  const before = childText(base, 'driver');
  const after = childText(over, 'driver');
  if (before !== undefined && after !== undefined && before !== after) return over;
  return plain(base, over, rules, context);
}
