import type { Encoded } from '../../core/go-json.ts';
import { sortKeys } from '../model/key-order.ts';
import type { Node } from '../tree/node.ts';

/** A tree as plain values with sorted keys. */
export function encodeTree(node: Node): Encoded {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(encodeTree);
  const encoded = new Map<string, Encoded>();
  for (const key of sortKeys(node.entries.keys(), 'yaml')) {
    const entry = node.entries.get(key);
    if (entry !== undefined) encoded.set(key, encodeTree(entry.value));
  }
  return encoded;
}
