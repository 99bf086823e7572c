import type { Encoded } from '../../core/go-json.ts';
import { compareBytes } from '../../core/text.ts';
import type { Json } from '../project.ts';
import { isNull, type Node } from '../tree/node.ts';
import { type Codec, invalid, within } from './codec.ts';
import { exactly, keepExact } from './exact.ts';
import { sortKeys } from './key-order.ts';
import { scalarText, text, textOrInt } from './scalars.ts';

export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    decode: (node, context) => {
      if (isNull(node)) return undefined;
      if (node.kind !== 'sequence') return invalid(node, context, 'a list');
      const values: T[] = [];
      node.items.forEach((each, index) => {
        const value = within(context, index, () => item.decode(each, context));
        if (value !== undefined) values.push(value);
      });
      return values;
    },
    encode: (values, target) => values.map((value) => item.encode(value, target)),
    isZero: (values) => values.length === 0,
  };
}

/** A mapping whose keys the user chooses, sorted by key on the way out. */
export function mapOf<T>(item: Codec<T>): Codec<ReadonlyMap<string, T>> {
  return {
    decode: (node, context) => {
      if (isNull(node)) return undefined;
      if (node.kind !== 'mapping') return invalid(node, context, 'a mapping');
      const values = new Map<string, T>();
      const exact = new Map<string, bigint>();
      for (const key of sortedKeys(node.entries)) {
        const entry = node.entries.get(key);
        if (entry === undefined) continue;
        const value = within(context, key, () => item.decode(entry.value, context));
        if (value !== undefined) values.set(key, value);
        const whole = value === undefined ? undefined : item.exact?.(entry.value);
        if (whole !== undefined) exact.set(key, whole);
      }
      if (exact.size > 0) keepExact(values, exact);
      return values;
    },
    encode: (values, target) => {
      const encoded = new Map<string, Encoded>();
      for (const key of sortKeys(values.keys(), target.format))
        encoded.set(key, item.encode(exactly(values, key, values.get(key)) as T, target));
      return encoded;
    },
    isZero: (values) => values.size === 0,
  };
}

/** A value that may be null, and is kept as such. */
export function nullable<T>(item: Codec<T>): Codec<T | null> {
  return {
    decode: (node, context) => (isNull(node) ? null : item.decode(node, context)),
    encode: (value, target) => (value === null ? null : item.encode(value, target)),
    isZero: (value) => value === null,
  };
}

const textOrEmpty: Codec<string> = {
  ...text,
  decode: (node, context) => (isNull(node) ? '' : text.decode(node, context)),
};

/** Values are text; a key without value has the empty text. */
export const mappingOfText = mapOf(textOrEmpty);
/** Values are text, or null where the key has none. */
export const mappingWithNull = mapOf(nullable(text));
export const listOfText = list(textOrEmpty);
/** Values are text or whole numbers. */
export const mappingOfTextOrInt = mapOf(textOrInt);
export const listOfTextOrInt = list(textOrInt);

/** One option may be given several times. */
export const multiOptions = mapOf<readonly string[]>({
  decode: (node, context) => {
    // An option without any value is none.
    if (node.kind === 'sequence')
      return node.items.length === 0 ? undefined : listOfText.decode(node, context);
    return node.kind === 'scalar' ? [scalarText(node)] : invalid(node, context, 'text or a list');
  },
  encode: (values) => values,
  isZero: (values) => values.length === 0,
});

/** Hosts with their addresses; written as a sorted list of `host=address`. */
export const hosts: Codec<ReadonlyMap<string, readonly string[]>> = {
  ...mapOf<readonly string[]>({
    decode: (node, context) => {
      if (node.kind === 'sequence') return listOfText.decode(node, context);
      return node.kind === 'scalar'
        ? [scalarText(node)]
        : invalid(node, context, 'an address or a list of them');
    },
    encode: (values) => values,
    isZero: (values) => values.length === 0,
  }),
  encode: (values) =>
    [...values]
      .flatMap(([host, addresses]) => addresses.map((address) => `${host}=${address}`))
      .sort(compareBytes),
};

export function sortedKeys(values: ReadonlyMap<string, unknown>): readonly string[] {
  return [...values.keys()].sort(compareBytes);
}

/** Anything: what `x-*` keys hold. */
export function decodeJson(node: Node): Json {
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  if (node.kind === 'sequence') return node.items.map(decodeJson);
  const values = [...node.entries].map(([key, { value }]) => [key, decodeJson(value)] as const);
  return Object.fromEntries(values);
}

export function encodeJson(value: Json, format: 'json' | 'yaml'): Encoded {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => encodeJson(item, format));
  const entries = new Map(Object.entries(value as Readonly<Record<string, Json>>));
  return new Map(
    sortKeys(entries.keys(), format).map((key) => [key, encodeJson(entries.get(key) ?? null, format)]),
  );
}
