import { formatFloat, parseFloatText, shortestFloat32 } from '../../core/go-number.ts';
import { quote } from '../../core/text.ts';
import {
  type Bytes,
  bytes,
  formatDuration,
  type Nanoseconds,
  parseBytes,
  parseDuration,
} from '../../core/units.ts';
import { toBoolean, warnOfLegacy } from '../interpolate/casts.ts';
import { isNull, isText, type Node, type ScalarNode } from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';
import { type Codec, type DecodeContext, invalid, invalidValue } from './codec.ts';

/** Any scalar as text, numbers as Go prints them. */
export function scalarText(node: ScalarNode): string {
  if (node.type === 'float' && typeof node.value === 'number') return formatFloat(node.value);
  if (node.type === 'timestamp') return goTimeText(String(node.value));
  return node.value === null ? '' : String(node.value);
}

/** A date as Go's fmt prints it, which is what becomes of one that has no quotes: `2001-12-14 00:00:00 +0000 UTC`. */
function goTimeText(iso: string): string {
  const [date = '', rest = ''] = iso.split('T');
  const [time = ''] = rest.split(/[Z+-]/);
  const zone = rest.slice(time.length).replace(':', '');
  return zone === 'Z' ? `${date} ${time} +0000 UTC` : `${date} ${time} ${zone} ${zone}`;
}

export const text: Codec<string> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    return node.kind === 'scalar' ? scalarText(node) : invalid(node, context, 'a string');
  },
  encode: (value) => value,
  isZero: (value) => value === '',
};

/** Text and nothing else, where other files of the format would take a number for one. */
export const textOnly: Codec<string> = {
  ...text,
  decode: (node, context) =>
    isText(node) || isNull(node)
      ? text.decode(node, context)
      : invalid(node, context, 'a string', 'Quote it.'),
};

/** Text for which a whole number may stand, but no fraction. */
export const textOrInt: Codec<string> = {
  ...text,
  decode: (node, context) =>
    node.kind === 'scalar' && node.type === 'float'
      ? invalid(node, context, 'a string or a whole number', `Quote it: "${scalarText(node)}".`)
      : text.decode(node, context),
};

export const bool: Codec<boolean> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    const read = isText(node) ? toBoolean(node.value) : undefined;
    if (isText(node) && read?.kind === 'value') {
      if (read.legacy) warnOfLegacy(node, read.value, context);
      return read.value;
    }
    return invalid(node, context, 'a boolean', 'Write true or false without quotes.');
  },
  encode: (value) => value,
  isZero: (value) => !value,
};

export const int: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    return wholeNumberOf(node) ?? invalid(node, context, 'a whole number');
  },
  encode: (value) => value,
  isZero: (value) => value === 0,
};

/** A whole number of 0 or more. */
export const uint: Codec<number> = {
  ...int,
  decode: (node, context) => {
    const value = int.decode(node, context);
    return value !== undefined && value < 0 ? invalid(node, context, 'a whole number of 0 or more') : value;
  },
};

/** Fractions of unquoted numbers are cut off; text has to be digits. What has no room in 64 bits is no number. */
function wholeNumberOf(node: Node): number | undefined {
  if (isText(node) && !/^[-+]?\d+$/.test(node.value)) return undefined;
  const value = Math.trunc(numberOf(node) ?? Number.NaN);
  return Math.abs(value) < 2 ** 63 ? value : undefined;
}

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
    if (node.kind !== 'scalar') return invalid(node, context, 'a size');
    const given = scalarText(node);
    if (node.type === 'float') return noSize(node, given, context);
    const value = numberOf(node);
    if (value !== undefined && typeof node.value !== 'string') return bytes(value);
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

/** Only whole numbers and text are sizes: anything else has counted as 0 for so long that it cannot be refused. */
function noSize(node: Node, given: string, { report, path }: DecodeContext): Bytes {
  report.warn('compose.invalid-value', `${formatPath(path)}: ${given} counts as 0, which is no limit`, {
    at: node.origin,
    path: [...path],
    hint: `Write a number with a unit in quotes, such as "${given}m".`,
  });
  return bytes(0);
}

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
    if (node.kind === 'scalar' && typeof node.value === 'number' && node.type === 'int') return node.value;
    const given = node.kind === 'scalar' ? scalarText(node) : '';
    if (isText(node) && /^[0-7]{1,21}$/.test(given)) return Number.parseInt(given, 8);
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
    const value = node.kind === 'scalar' && node.type === 'float' ? undefined : wholeNumberOf(node);
    if (value !== undefined) return value;
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
  return typeof node.value === 'string' ? parseFloatText(node.value) : undefined;
}
