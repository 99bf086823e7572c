import type { Node } from './node.ts';

/**
 * The tree as plain data for the schema: mappings have no prototype, so that `__proto__` is a key like another.
 * Big integers become numbers, which is exact enough to tell their type.
 */
export function toPlain(node: Node): unknown {
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  if (node.kind === 'sequence') return node.items.map(toPlain);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.value);
  return plain;
}
