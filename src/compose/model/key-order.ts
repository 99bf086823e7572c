import { compareBytes } from '../../core/text.ts';

/** Keys in the order in which the output format lists them: bytes for JSON, go-yaml's natural order for YAML. */
export function sortKeys(keys: Iterable<string>, format: 'json' | 'yaml'): readonly string[] {
  return [...keys].sort(format === 'json' ? compareBytes : compareNaturally);
}

/** Numbers by value (`a9` before `a10`), letters after anything else, except that they end a run of digits. */
function compareNaturally(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  let inDigits = false;
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const x = a[at] as string;
    const y = b[at] as string;
    if (x !== y) return difference(a, b, at, inDigits);
    inDigits = isDigit(x);
  }
  return a.length - b.length;
}

function difference(a: readonly string[], b: readonly string[], at: number, inDigits: boolean): number {
  const x = a[at] as string;
  const y = b[at] as string;
  const letters = [isLetter(x), isLetter(y)];
  if (letters[0] === true && letters[1] === true) return codePoint(x) - codePoint(y);
  if (letters[0] === true || letters[1] === true) return letters[0] === inDigits ? -1 : 1;
  const first = digitsFrom(a, at);
  const second = digitsFrom(b, at);
  const lead = x === '0' || y === '0' ? significantBefore(a, at) : '';
  const value = BigInt(`${lead}${first}` || '0') - BigInt(`${lead}${second}` || '0');
  if (value !== 0n) return value < 0n ? -1 : 1;
  return first.length === second.length ? codePoint(x) - codePoint(y) : first.length - second.length;
}

function digitsFrom(characters: readonly string[], start: number): string {
  let digits = '';
  for (let at = start; isDigit(characters[at] ?? ''); at += 1) digits += characters[at];
  return digits;
}

/** `1` when the digits before a place are not all zeros, so that a zero after them counts. */
function significantBefore(characters: readonly string[], end: number): '1' | '' {
  for (let at = end - 1; at >= 0 && isDigit(characters[at] ?? ''); at -= 1)
    if (characters[at] !== '0') return '1';
  return '';
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

function isLetter(character: string): boolean {
  return /\p{L}/u.test(character);
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
