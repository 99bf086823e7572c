import { Spelled } from '../../core/go-json.ts';
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
import { int64Of, nearest, unsafe } from './exact.ts';

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

/** Text for which a whole number may stand, but no fraction, and nothing beyond 64 bits. */
export const textOrInt: Codec<string> = {
  ...text,
  decode: (node, context) =>
    node.kind === 'scalar' &&
    (node.type === 'float' || (typeof node.value === 'bigint' && int64Of(node) === undefined))
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
    return wholeNumberOf(node) ?? noWholeNumber(node, context, 64);
  },
  exact: (node) => unsafe(int64Of(node)),
  encode: wholeNumber,
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

/** The same for which docker compose has fewer bits, and would drop the rest of them without a word. */
export function uintOf(bits: 16 | 32, codec: Codec<number> = uint): Codec<number> {
  return {
    ...codec,
    decode: (node, context) => {
      const value = codec.decode(node, context);
      return value !== undefined && value >= 2 ** bits ? noWholeNumber(node, context, bits) : value;
    },
  };
}

/** Fractions of unquoted numbers are cut off; text has to be digits. What has no room in 64 bits is no number. */
function wholeNumberOf(node: Node): number | undefined {
  const exact = int64Of(node);
  return exact === undefined ? undefined : nearest(exact);
}

function noWholeNumber(node: Node, context: DecodeContext, bits: number): undefined {
  const isNumber = node.kind === 'scalar' && (node.type === 'int' || node.type === 'float');
  if (!isNumber) return invalid(node, context, 'a whole number');
  return invalidValue(
    node,
    context,
    `${scalarText(node)} does not fit into ${bits} bits`,
    'Write a smaller number.',
  );
}

/** All digits of a number, also of those that JavaScript would write with zeros at the end. */
function wholeNumber(value: number | bigint): number | bigint {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** A whole number that must not be written as text. */
export const unquotedInt: Codec<number> = {
  ...int,
  decode: (node, context) =>
    isText(node)
      ? invalid(node, context, 'a whole number', 'Write it without quotes.')
      : int.decode(node, context),
};

/** Single precision, as docker compose keeps it. */
export const float32: Codec<number> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    return numberOf(node) ?? invalid(node, context, 'a number');
  },
  encode: (value) => {
    const shortest = shortestFloat32(value);
    // A whole number would be written like one, without an exponent.
    return Number.isInteger(shortest) && Math.abs(shortest) >= 1e6
      ? new Spelled(String(shortest), formatFloat(shortest))
      : shortest;
  },
  isZero: (value) => value === 0,
};

export const size: Codec<Bytes> = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    if (node.kind !== 'scalar') return invalid(node, context, 'a size');
    const given = scalarText(node);
    if (node.type === 'float') return noSize(node, given, context);
    const value = typeof node.value === 'string' ? parseBytes(given) : numberOf(node);
    if (value === undefined) {
      return invalidValue(
        node,
        context,
        `invalid size: ${quote(given)}`,
        'Write a number with a unit, such as 512m or 2g.',
      );
    }
    const whole = typeof node.value === 'string' ? value : wholeNumberOf(node);
    if (whole !== undefined && Math.abs(whole) < 2 ** 63) return bytes(whole);
    return invalidValue(node, context, `${given} does not fit into 64 bits`, 'Write a smaller size.');
  },
  exact: (node) => (isText(node) ? undefined : unsafe(int64Of(node))),
  encode: (value) => String(wholeNumber(value)),
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
  exact: (node) => unsafe(int64Of(node)),
  encode: wholeNumber,
  isZero: (value) => value === 0,
};

function numberOf(node: Node): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (typeof node.value === 'number') return node.value;
  if (typeof node.value === 'bigint') return Number(node.value);
  return typeof node.value === 'string' ? parseFloatText(node.value) : undefined;
}
