import type { Node } from './node.ts';

/**
 * The tree as plain data for the schema: mappings have no prototype, so that `__proto__` is a key like another.
 * Big integers become numbers, which is exact enough to tell their type; what is no finite number becomes one that is no
 * integer either. A date without quotes
 * is of no type that a schema knows.
 */
export function toPlain(node: Node): unknown {
  if (node.kind === 'scalar') {
    if (node.type === 'timestamp') return notJson;
    if (typeof node.value === 'number' && !Number.isFinite(node.value))
      return node.value < 0 ? -noInteger : noInteger;
    return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  }
  if (node.kind === 'sequence') return node.items.map(toPlain);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.value);
  return plain;
}

const noInteger = 2 ** 40 + 0.5;
const notJson = Symbol('a date without quotes');
