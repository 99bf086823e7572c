import type { Encoded } from '../../core/go-json.ts';
import { sortKeys } from '../model/key-order.ts';
import type { Node } from '../tree/node.ts';

/** A tree as plain values, keys in the order of the format. */
export function encodeTree(node: Node, format: 'yaml' | 'json' = 'yaml'): Encoded {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map((item) => encodeTree(item, format));
  const encoded = new Map<string, Encoded>();
  for (const key of sortKeys(node.entries.keys(), format)) {
    const entry = node.entries.get(key);
    if (entry !== undefined) encoded.set(key, encodeTree(entry.value, format));
  }
  return encoded;
}
