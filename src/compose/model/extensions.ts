import { type Encoded, Spelled } from '../../core/go-json.ts';
import { formatFloat } from '../../core/go-number.ts';
import type { Json } from '../project.ts';
import type { Node, ScalarNode } from '../tree/node.ts';
import { decodeJson, encodeJson } from './collections.ts';
import { sortKeys } from './key-order.ts';

/**
 * `x-*` keys: plain values for whoever reads the model, and for `config` the difference between kinds of numbers and
 * dates that plain values do not show.
 */
export class Extensions extends Map<string, Json> {
  readonly #nodes = new Map<string, Node>();

  keep(key: string, node: Node): void {
    this.set(key, decodeJson(node));
    this.#nodes.set(key, node);
  }

  encode(key: string, format: 'json' | 'yaml'): Encoded {
    const node = this.#nodes.get(key);
    return node === undefined ? encodeJson(this.get(key) ?? null, format) : encodeNode(node, format);
  }
}

export function encodeExtension(
  extensions: ReadonlyMap<string, Json>,
  key: string,
  format: 'json' | 'yaml',
): Encoded {
  if (extensions instanceof Extensions) return extensions.encode(key, format);
  return encodeJson(extensions.get(key) ?? null, format);
}

function encodeNode(node: Node, format: 'json' | 'yaml'): Encoded {
  if (node.kind === 'scalar') return encodeScalar(node);
  if (node.kind === 'sequence') {
    // In Go an empty list is none, and JSON shows it.
    if (format === 'json' && node.items.length === 0) return null;
    return node.items.map((item) => encodeNode(item, format));
  }
  const encoded = new Map<string, Encoded>();
  for (const key of sortKeys(node.entries.keys(), format)) {
    const entry = node.entries.get(key);
    if (entry !== undefined) encoded.set(key, encodeNode(entry.value, format));
  }
  return encoded;
}

function encodeScalar({ type, value }: ScalarNode): Encoded {
  if (type === 'timestamp') return new Spelled(JSON.stringify(value), String(value));
  if (type !== 'float' || typeof value !== 'number' || !Number.isFinite(value)) return value;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return new Spelled(text, formatFloat(value));
}
