/** Local time as Go prints it: `2026-11-23 08:05:19 +0000 UTC`. */
export function goTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const minutes = -date.getTimezoneOffset();
  const offset = `${minutes < 0 ? '-' : '+'}${twoDigits(Math.abs(minutes) / 60)}${twoDigits(Math.abs(minutes) % 60)}`;
  const local = new Date(milliseconds + minutes * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${offset} ${zoneName(date) ?? offset}`;
}

/** The same in RFC 3339: `2026-11-23T08:05:19Z`. */
export function goRfc3339(milliseconds: number): string {
  const [day, time, offset = ''] = goTime(milliseconds).split(' ');
  const zone = offset === '+0000' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  return `${day}T${time}${zone}`;
}

function twoDigits(value: number): string {
  return String(Math.trunc(value)).padStart(2, '0');
}

/** British English knows the European abbreviations, American English the American ones. */
function zoneName(date: Date): string | undefined {
  return ['en-US', 'en-GB']
    .map((locale) => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(date))
    .map((parts) => parts.find((part) => part.type === 'timeZoneName')?.value)
    .find((name) => name !== undefined && /^[A-Z]{3,5}$/.test(name));
}
