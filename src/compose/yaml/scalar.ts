import type { ScalarType, ScalarValue } from '../tree/node.ts';

export interface ResolvedScalar {
  readonly type: ScalarType;
  readonly value: ScalarValue;
}

/**
 * What an unquoted scalar means to Compose files: YAML 1.2's core rules plus what go-yaml keeps of 1.1: octal `0444`,
 * `0b1`, underscores in numbers, dates. `yes`, `no`, `on`, `off` and `1:30` are strings.
 */
export function resolvePlain(text: string): ResolvedScalar {
  const known = words.get(text);
  if (known !== undefined) return known;
  if (!startsLikeNumber.test(text)) return { type: 'string', value: text };
  return resolveInteger(text) ?? resolveFloat(text) ?? resolveDate(text) ?? { type: 'string', value: text };
}

/** The value under an explicit tag such as `!!str`; undefined when the text does not fit the tag. */
export function resolveTagged(text: string, tag: string): ResolvedScalar | undefined {
  if (tag === 'str') return { type: 'string', value: text };
  if (tag === 'binary') {
    return base64.test(text.replaceAll(/[\r\n]/g, ''))
      ? { type: 'string', value: Buffer.from(text, 'base64').toString('utf8') }
      : undefined;
  }
  const plain = resolvePlain(text);
  if (tag === plain.type) return plain;
  if (tag === 'float' && plain.type === 'int') return { type: 'float', value: Number(plain.value) };
  if (tag === 'timestamp' && plain.type === 'timestamp') return plain;
  return undefined;
}

const words: ReadonlyMap<string, ResolvedScalar> = new Map<string, ResolvedScalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { type: 'null', value: null }] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, { type: 'bool', value: true }] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, { type: 'bool', value: false }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, { type: 'float', value: Number.POSITIVE_INFINITY }] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map(
    (word) => [word, { type: 'float', value: Number.NEGATIVE_INFINITY }] as const,
  ),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { type: 'float', value: Number.NaN }] as const),
]);

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const startsLikeNumber = /^[-+.0-9]/;
const integer = /^([-+]?)(?:0[bB]([01]+)|0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** A day; or with a time, behind a T with its zone, or behind blanks without one. */
const date =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d{2}:\d{2})?)?$/;

const longestInteger = 2n ** 64n - 1n;
const smallestInteger = -(2n ** 63n);

function resolveInteger(text: string): ResolvedScalar | undefined {
  const match = integer.exec(text.includes('_') ? text.replaceAll('_', '') : text);
  if (match === null) return undefined;
  const [, sign, binary, hex, octal, decimal] = match;
  const digits =
    binary !== undefined
      ? `0b${binary}`
      : hex !== undefined
        ? `0x${hex}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0');
  const size = Number(digits);
  if (Number.isSafeInteger(size)) return { type: 'int', value: sign === '-' && size !== 0 ? -size : size };
  const exact = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return exact > longestInteger || exact < smallestInteger ? undefined : { type: 'int', value: exact };
}

function resolveFloat(text: string): ResolvedScalar | undefined {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const value = float.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

function resolveDate(text: string): ResolvedScalar | undefined {
  const match = date.exec(text);
  if (match === null) return undefined;
  const [, year = '', month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  if (/[Tt]/.test(text) !== (zone !== undefined)) return undefined;
  const [offset = 0, offsetMinute = 0] = zone?.slice(1).split(':').map(Number) ?? [];
  const isReal =
    isDay(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    offset <= 24 &&
    offsetMinute < 60;
  if (!isReal) return undefined;
  const two = (part: string | undefined): string => (part ?? '').padStart(2, '0');
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  const time = `${two(hour)}:${two(minute)}:${two(second)}${digits === '' ? '' : `.${digits}`}`;
  const where = offset === 0 && offsetMinute === 0 ? 'Z' : zone;
  return { type: 'timestamp', value: `${year}-${two(month)}-${two(day)}T${time}${where}` };
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
