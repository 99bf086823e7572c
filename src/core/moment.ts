import { FlotillaError } from './error.ts';
import { quote } from './text.ts';

/**
 * What a user writes for `--since` and `--until`, as Unix nanoseconds: an RFC 3339 time or a part of one (local time
 * unless it names a zone), Unix seconds, or a Go duration before now.
 */
export function parseMoment(text: string, nowMs: number): bigint {
  const moment = unixTime(text) ?? timeBefore(text, nowMs) ?? dateTime(text);
  if (moment !== undefined) return moment;
  throw new FlotillaError('cli.usage', `${quote(text)} is not a time`, {
    hint: 'Write a duration (10m, 1h30m), an RFC 3339 time (2026-01-31T12:00:00Z) or Unix seconds.',
  });
}

/** The same as Unix seconds, the only form that every engine takes. */
export function momentInSeconds(text: string, nowMs: number): string {
  const moment = parseMoment(text, nowMs);
  // An engine knows no time before the first one.
  if (moment < 0n) return '0';
  return `${moment / second}.${String(moment % second).padStart(9, '0')}`;
}

const second = 1_000_000_000n;

function unixTime(text: string): bigint | undefined {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole) * second + nanoseconds(fraction);
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

function timeBefore(text: string, nowMs: number): bigint | undefined {
  const [, sign, duration] = /^([-+]?)((?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (duration === undefined) return undefined;
  let ms = 0;
  for (const [, number, unit = ''] of duration.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(number) * (units[unit] ?? 0);
  }
  const moment = sign === '-' ? nowMs + ms : nowMs - ms;
  return Number.isSafeInteger(Math.round(moment)) ? BigInt(Math.round(moment * 1e6)) : undefined;
}

function dateTime(text: string): bigint | undefined {
  const match =
    /^(\d{4}-\d\d-(\d\d))(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, date = '', day, hour = '00', minute = '00', seconds = '00', fraction = '', zone = ''] = match;
  // The 31st of a short month would be one of the next.
  const midnight = new Date(`${date}T00:00:00Z`);
  const ms = Date.parse(`${date}T${hour}:${minute}:${seconds}${zone}`);
  if (Number.isNaN(ms) || midnight.getUTCDate() !== Number(day)) return undefined;
  return BigInt(ms) * 1_000_000n + nanoseconds(fraction);
}

function nanoseconds(fraction: string): bigint {
  return BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
