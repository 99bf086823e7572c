import { formatFloat, shortestFloat32 } from '../../core/go-number.ts';
import { quote } from '../../core/text.ts';
import {
  type Bytes,
  bytes,
  formatDuration,
  type Nanoseconds,
  parseBytes,
  parseDuration,
} from '../../core/units.ts';
import { isNull, isText, type Node, type ScalarNode } from '../tree/node.ts';
import { type Codec, invalid, invalidValue } from './codec.ts';

/** Any scalar as text, numbers as Go prints them. */
export function scalarText(node: ScalarNode): string {
  if (node.type === 'float' && typeof node.value === 'number') return formatFloat(node.value);
  return node.value === null ? '' : String(node.value);
}

export const text: Codec<string> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    return node.kind === 'scalar' ? scalarText(node) : invalid(node, context, 'a string');
  },
  encode: (value) => value,
  isZero: (value) => value === '',
};

export const bool: Codec<boolean> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    if (node.kind === 'scalar' && node.value === 'true') return true;
    if (node.kind === 'scalar' && node.value === 'false') return false;
    return invalid(node, context, 'a boolean', 'Write true or false without quotes.');
  },
  encode: (value) => value,
  isZero: (value) => !value,
};

export const int: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    const value = numberOf(node);
    return value !== undefined && Number.isInteger(value) ? value : invalid(node, context, 'a whole number');
  },
  encode: (value) => value,
  isZero: (value) => value === 0,
};

/** A whole number that must not be written as text. */
export const unquotedInt: Codec<number> = {
  ...int,
  decode: (node, context) =>
    isText(node)
      ? invalid(node, context, 'a whole number', 'Write it without quotes.')
      : int.decode(node, context),
};

/** Single precision, as Go keeps it. */
export const float32: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    return numberOf(node) ?? invalid(node, context, 'a number');
  },
  encode: (value) => shortestFloat32(value),
  isZero: (value) => value === 0,
};

export const size: Codec<Bytes> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    const value = numberOf(node);
    if (value !== undefined && node.kind === 'scalar' && typeof node.value !== 'string')
      return bytes(Math.trunc(value));
    if (node.kind !== 'scalar') return invalid(node, context, 'a size');
    const given = scalarText(node);
    return (
      parseBytes(given) ??
      invalidValue(
        node,
        context,
        `invalid size: ${quote(given)}`,
        'Write a number with a unit, such as 512m or 2g.',
      )
    );
  },
  encode: (value) => String(value),
  isZero: (value) => value === 0,
};

export const duration: Codec<Nanoseconds> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind !== 'scalar') return invalid(node, context, 'a duration');
    const given = scalarText(node);
    return (
      parseDuration(given) ??
      invalidValue(
        node,
        context,
        `invalid duration ${quote(given)}`,
        'Write a number with a unit, such as 10s or 1m30s.',
      )
    );
  },
  encode: (value) => formatDuration(value),
  isZero: (value) => value === 0,
};

/** Octal permissions: text, or the number that YAML made of `0440`. */
export const fileMode: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value))
      return node.value;
    const given = node.kind === 'scalar' ? scalarText(node) : '';
    if (/^(?:0o)?[0-7]+$/.test(given)) return Number.parseInt(given.replace(/^0o/, ''), 8);
    return invalidValue(
      node,
      context,
      `invalid file mode ${quote(given)}`,
      'Write an octal number such as "0440".',
    );
  },
  encode: (value) => `0${value.toString(8)}`,
  isZero: () => false,
};

/** A number of devices; `all` is -1. */
export const deviceCount: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.toLowerCase() === 'all')
      return -1;
    const value = numberOf(node);
    if (value !== undefined && Number.isInteger(value)) return value;
    return invalidValue(
      node,
      context,
      "the only value allowed is 'all' or a number",
      'Write "all" or a whole number.',
    );
  },
  encode: (value) => value,
  isZero: (value) => value === 0,
};

export function numberOf(node: Node): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (typeof node.value === 'number') return node.value;
  if (typeof node.value === 'bigint') return Number(node.value);
  if (typeof node.value !== 'string' || !/^[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?$/.test(node.value))
    return undefined;
  return Number(node.value);
}
