import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

/**
 * Turns what a user writes for `--since` and `--until` into Unix seconds, the only form that every engine takes: an
 * RFC 3339 time or a part of one (local time unless it names a zone), Unix seconds, or a Go duration before `now`.
 */
export function logTime(text: string, now: () => number): string {
  if (/^\d+(\.\d{1,9})?$/.test(text)) return text;
  const duration = goDuration(text);
  if (duration !== undefined) return seconds(now() - duration);
  const time = dateTime(text);
  if (time !== undefined) return time;
  throw new FlotillaError('cli.usage', `${quote(text)} is not a time`, {
    hint: 'Write a duration (10m, 1h30m), an RFC 3339 time (2026-01-31T12:00:00Z) or Unix seconds.',
  });
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

function goDuration(text: string): number | undefined {
  if (!/^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (unitMs[unit ?? ''] ?? 0);
  }
  return text.startsWith('-') ? -total : total;
}

function dateTime(text: string): string | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(\.\d+)?)?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (match === null) return undefined;
  const [, day, hour = '00', minute = '00', second = '00', fraction = '', zone = ''] = match;
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return `${Math.floor(ms / 1000)}${fraction.slice(0, 10)}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(9);
}
