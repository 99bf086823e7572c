import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** RFC 3339, Unix seconds, or a Go duration before now, as Unix nanoseconds. */
export function parseMoment(text: string, nowMs: number): bigint {
  if (/^\d+(\.\d+)?$/.test(text)) return secondsToNanoseconds(text);
  const ago = parseDuration(text);
  if (ago !== undefined) return BigInt(Math.round((nowMs - ago) * 1e6));
  const date = /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const ms = date === null ? Number.NaN : Date.parse(`${wholeTime(date[1] ?? '')}${date[3] ?? 'Z'}`);
  if (Number.isNaN(ms)) {
    throw new FlotillaError('cli.usage', `${quote(text)} is not a time`, {
      hint: 'Give a date (2025-01-31T12:00:00Z), Unix seconds, or how long ago it was (10m).',
    });
  }
  return BigInt(ms) * 1_000_000n + BigInt((date?.[2] ?? '').padEnd(9, '0').slice(0, 9));
}

function secondsToNanoseconds(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** Milliseconds; undefined for what is no Go duration. */
function parseDuration(text: string): number | undefined {
  if (!/^-?(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g);
  const total = [...parts].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ''] ?? 0),
    0,
  );
  return text.startsWith('-') ? -total : total;
}

function wholeTime(text: string): string {
  if (!text.includes('T')) return `${text}T00:00:00`;
  return text.length === 16 ? `${text}:00` : text;
}
