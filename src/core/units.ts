/** Sizes and durations as plain numbers with a unit in their type, and the texts that people write for them. */

declare const unit: unique symbol;

/** A size in bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };
/** A duration in nanoseconds, the Engine API's unit; whole numbers, exact up to 104 days. */
export type Nanoseconds = number & { readonly [unit]: 'nanoseconds' };

export function bytes(value: number): Bytes {
  return value as Bytes;
}

export function nanoseconds(value: number): Nanoseconds {
  return value as Nanoseconds;
}

/** `512m`, `1.5 GB`, `2gib`, `100`: powers of 1024, whatever the case. Undefined for anything else. */
export function parseBytes(text: string): Bytes | undefined {
  const match = sizeText.exec(text);
  if (match === null) return undefined;
  const [, amount, prefix] = match;
  const power = prefix === undefined ? 0 : sizePrefixes.indexOf(prefix.toLowerCase());
  const size = Math.trunc(Number(amount?.replaceAll('_', '')) * 1024 ** power);
  return size < 0 ? undefined : bytes(size === 0 ? 0 : size);
}

const sizeText = /^([-+]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?) ?(?:([bkmgtp])(?:i?b)?)?$/i;
const sizePrefixes = ['b', 'k', 'm', 'g', 't', 'p'];

/** `1h30m`, `1.5s`, `-2m`, `1d`, `2w`: Go's units plus days and weeks. Undefined for anything else. */
export function parseDuration(text: string): Nanoseconds | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === '0') return nanoseconds(0);
  if (!durationText.test(body)) return undefined;
  let total = 0;
  for (const [, amount, name] of body.matchAll(durationPart))
    total += Number(amount) * (durationUnits[name as string] ?? 0);
  return nanoseconds(total === 0 ? 0 : sign * Math.round(total));
}

const durationText = /^(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h|d|w)|\.\d+(?:ns|us|µs|μs|ms|s|m|h|d|w))+$/;
const durationPart = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g;
const durationUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};

/** Go's spelling: `1h0m0s`, `1m30s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(duration: Nanoseconds): string {
  if (duration === 0) return '0s';
  const sign = duration < 0 ? '-' : '';
  const size = Math.abs(duration);
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${decimal(size, 1e3)}µs`;
  if (size < 1e9) return `${sign}${decimal(size, 1e6)}ms`;
  const seconds = decimal(size % 60e9, 1e9);
  const minutes = Math.floor(size / 60e9);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60}m${seconds}s`;
}

/** `size / scale` as an exact decimal without trailing zeros; both are whole. */
function decimal(size: number, scale: number): string {
  const digits = String(scale).length - 1;
  const fraction = String(size % scale)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  const whole = String(Math.floor(size / scale));
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
