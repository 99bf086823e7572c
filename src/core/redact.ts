/** Hides what must not reach a terminal or a log: passwords in addresses, tokens and credential headers. */
export function redact(text: string): string {
  return patterns.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

/** Whether an address in the text has a password, as in `https://me:secret@host`. */
export function hasCredentials(text: string): boolean {
  return credentialsInUrl.test(text);
}

/** The same for source lines with carets below: the carets go on marking what they marked. */
export function redactFrame(frame: string): string {
  const rows = frame.split('\n');
  return rows
    .map((row, index) => {
      const above = rows[index - 1];
      return above !== undefined && /^ +\| [ \t]*\^+$/.test(row) ? moveCarets(row, above) : redactRow(row);
    })
    .join('\n');
}

/** In a source line of its own, what follows a hidden beginning belongs to the value: `PASSWORD=hun"ter`. */
function redactRow(row: string): string {
  return redact(row).replace(/^(\s*\d+ \|\s*(?:- )?["']?(?:export )?[\w.-]+["']?\s*[:=]\s*\*\*\*).*$/, '$1');
}

function moveCarets(carets: string, above: string): string {
  const shown = redactRow(above);
  if (shown === above) return carets;
  const least = Math.min(above.length, shown.length);
  let head = 0;
  while (head < least && above[head] === shown[head]) head += 1;
  let tail = 0;
  while (tail < least - head && above.at(-1 - tail) === shown.at(-1 - tail)) tail += 1;
  const move = (column: number, inside: number): number => {
    if (column <= head) return column;
    return column >= above.length - tail ? column + shown.length - above.length : inside;
  };
  const start = move(carets.indexOf('^'), head);
  const end = move(carets.length, shown.length - tail);
  return `${carets.slice(0, start).replaceAll('^', ' ').padEnd(start)}${'^'.repeat(Math.max(1, end - start))}`;
}

// Every pattern begins with fixed letters and stops at a character that it begins with, so that no text, however long,
// is looked at more than a few times: what is redacted may come from strangers.
const credentialsInUrl = /[a-z0-9+.-]:\/\/[^\s/:@]*:[^\s/@]+@/i;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/([a-z0-9+.-]:\/\/[^\s/:@]*):[^\s/@]+@/gi, '$1:***@'],
  [/(\bhttps?:\/\/)[^\s/:@]+@/gi, '$1***@'],
  [
    /\b((?:proxy-)?authorization|x-registry-auth|x-registry-config)(["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi,
    '$1$2***',
  ],
  [/\b(bearer|basic)\s+[a-z0-9+/=._~-]{8,}/gi, '$1 ***'],
  // A variable without a default is no secret, and advice has it: `DB_PASSWORD: ${DB_PASSWORD:?}`. Nor is the end of a
  // word that stands in backticks: below `password:`.
  [
    /((?<!\/)"?(?:password|passwd|identitytoken|registrytoken|access_token|refresh_token)"?\s*[:=]\s*)(?!`(?:[\s.,;)]|$)|"?\$\{\w+(?:\}|:?\?)|(?<=\$\{\w{0,60}:)\?)("[^"]*"|[^\s",}]+)/gi,
    '$1***',
  ],
];
