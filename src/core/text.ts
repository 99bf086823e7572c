/**
 * Replaces control characters (except tab and newline) with visible escapes, so that no text can drive the terminal, and
 * so are marks that turn the direction of writing around, so that no text can look like another.
 */
export function stripControl(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Quotes user input for a message, with its control characters made visible. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** For messages: long words, and what is long altogether, are cut, since a file of others may have any text in it. */
export function shorten(text: string): string {
  if (text.length <= longestWord) return text;
  const cut = text.replace(longWords, '$1…');
  return cut.length <= longestMessage ? cut : `${cut.slice(0, longestMessage - 1)}…`;
}

const longestWord = 200;
const longWords = new RegExp(`(\\S{${longestWord}})\\S+`, 'g');
const longestMessage = 2000;

/** Byte order of the UTF-8 forms, the order in which Go sorts map keys; locale plays no part. */
export function compareBytes(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  for (let at = 0; at < end; at += 1) {
    const x = left.charCodeAt(at);
    const y = right.charCodeAt(at);
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return left.length - right.length;
}

/** Only surrogates are out of order in UTF-16. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** `1 service`, `2 services`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
