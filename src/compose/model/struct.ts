import type { Encoded } from '../../core/go-json.ts';
import type { Json } from '../project.ts';
import { isNull } from '../tree/node.ts';
import { type Codec, type EncodeTarget, invalid, within } from './codec.ts';
import { exactly, keepExact } from './exact.ts';
import { Extensions, encodeExtension } from './extensions.ts';
import { sortKeys } from './key-order.ts';

/** One attribute of a struct. The order of a struct's fields is the order in which they are written and hashed. */
export interface Field {
  readonly name: string;
  readonly codec: Codec<unknown>;
  /** When the attribute is left out on the way out. */
  readonly omit: Omit;
  /** Its name in JSON, where that differs. */
  readonly jsonName?: string;
  /** What is written for a value that is absent and never left out; null when not given. */
  readonly zero?: Encoded;
  /** What JSON shows when there is no value; YAML shows nothing. */
  readonly jsonDefault?: Encoded;
}

export type Omit =
  /** When absent or zero: `false`, 0, empty. */
  | 'zero'
  /** When absent; zero values were written by the user and stay. */
  | 'absent'
  /** Never in JSON, which shows null; when zero in YAML. */
  | 'never'
  /** Never, in neither format. */
  | 'always'
  /** Always: docker compose does not know it. */
  | 'hidden'
  /** A boolean that is true unless said otherwise: v5 writes false, v2 true. */
  | 'opt-out';

export function field<T>(
  name: string,
  codec: Codec<T>,
  omit: Omit = 'zero',
  more: Partial<Field> = {},
): Field {
  return { name, codec: codec as Codec<unknown>, omit, ...more };
}

/** A mapping with known keys, and `x-*` ones, which are kept under `extensions`, or dropped unless `extensible`. */
export function struct<T extends object>(
  fields: readonly Field[],
  { extensible = true }: { readonly extensible?: boolean } = {},
): Codec<T> {
  const byName = new Map(fields.map((each) => [each.name, each]));
  return {
    decode: (node, context) => {
      if (isNull(node)) return undefined;
      if (node.kind !== 'mapping') return invalid(node, context, 'a mapping');
      const value: Record<string, unknown> = {};
      let extensions: Extensions | undefined;
      let exact: Map<string, bigint> | undefined;
      for (const [key, entry] of node.entries) {
        const known = byName.get(key);
        if (known !== undefined) {
          const decoded = within(context, key, () => known.codec.decode(entry.value, context));
          if (decoded !== undefined) value[key] = decoded;
          const whole = decoded === undefined ? undefined : known.codec.exact?.(entry.value);
          if (whole !== undefined) {
            exact ??= new Map();
            exact.set(key, whole);
          }
        } else if (extensible && key.startsWith('x-')) {
          extensions ??= new Extensions();
          extensions.keep(key, entry.value);
        }
      }
      if (extensions !== undefined) value['extensions'] = extensions;
      keepExact(value, exact);
      return value as T;
    },
    encode: (value, target) => encodeStruct(value as Readonly<Record<string, unknown>>, fields, target),
    isZero: (value) => {
      const record = value as Readonly<Record<string, unknown>>;
      if (record['extensions'] !== undefined) return false;
      return fields.every(
        ({ name, codec, omit }) =>
          record[name] === undefined ||
          omit === 'hidden' ||
          (omit !== 'absent' && codec.isZero(record[name])),
      );
    },
  };
}

function encodeStruct(
  value: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  target: EncodeTarget,
): Encoded {
  const encoded = new Map<string, Encoded>();
  for (const each of fields) {
    const present = value[each.name];
    // Of a service's many attributes most are absent, and say no more.
    if (present === undefined && each.omit === 'zero' && each.jsonDefault === undefined) continue;
    const { name, codec, jsonName, jsonDefault, zero = null } = each;
    const key = target.format === 'json' ? (jsonName ?? name) : name;
    if (isOmitted(each, present, target)) {
      if (target.format === 'json' && jsonDefault !== undefined) encoded.set(key, jsonDefault);
    } else
      encoded.set(key, present === undefined ? zero : codec.encode(exactly(value, name, present), target));
  }
  const extensions = value['extensions'] as ReadonlyMap<string, Json> | undefined;
  if (target.format === 'yaml' && extensions !== undefined) {
    for (const key of sortKeys(extensions.keys(), 'yaml'))
      encoded.set(key, encodeExtension(extensions, key, target.format));
  }
  return encoded;
}

function isOmitted({ codec, omit }: Field, value: unknown, { format, dialect }: EncodeTarget): boolean {
  switch (omit) {
    case 'hidden':
      return true;
    case 'absent':
      return value === undefined;
    case 'zero':
      return value === undefined || codec.isZero(value);
    case 'always':
      return false;
    case 'never':
      return format === 'yaml' && (value === undefined || codec.isZero(value));
    case 'opt-out':
      if (dialect === 'v2') return value !== true;
      return format === 'json' ? value !== false : value === undefined;
  }
}
