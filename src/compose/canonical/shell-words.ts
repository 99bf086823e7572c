/** Words of a command line, and where a shell operator cut it off. */
export interface ShellWords {
  readonly words: readonly string[];
  /** Offset of the first unquoted `;`, `&`, `|`, `<` or `>`: docker compose ignores everything from there on. */
  readonly cutAt: number | undefined;
}

/**
 * Splits a command line into words as docker compose does: quotes and backslashes count, nothing is expanded, a
 * backslash in double quotes always goes away, `` `…` `` and `$(…)` stay one word with their text.
 */
export function splitShellWords(text: string): ShellWords | { readonly error: string } {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote;
  let at = 0;
  for (; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '\\' && quote !== 'single') {
      at += 1;
      if (at >= text.length) return { error: 'it ends with a backslash' };
      word = (word ?? '') + text[at];
    } else if (isToggle(character, quote)) {
      quote = quote === undefined ? quotes[character] : undefined;
      word ??= '';
      if (character === '`') word += character;
    } else if (
      quote !== undefined &&
      !(quote === 'substitution' && (character === '(' || character === ')'))
    ) {
      word = (word ?? '') + character;
    } else if (character === '(') {
      if (quote !== undefined || word?.endsWith('$') !== true) return { error: 'it has an unquoted "("' };
      quote = 'substitution';
      word += character;
    } else if (character === ')') {
      if (quote === undefined) return { error: 'it has an unquoted ")"' };
      quote = undefined;
      word = (word ?? '') + character;
    } else if (spaces.includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (operators.includes(character)) {
      if (character === '>' && /^\d/.test(word ?? '')) word = undefined;
      break;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return { error: unclosed[quote] };
  if (word !== undefined) words.push(word);
  return { words, cutAt: at < text.length ? at : undefined };
}

type Quote = 'single' | 'double' | 'backtick' | 'substitution' | undefined;

const spaces = ' \t\r\n';
const operators = ';&|<>';

const quotes: Readonly<Record<string, Quote>> = { "'": 'single', '"': 'double', '`': 'backtick' };

const unclosed: Readonly<Record<NonNullable<Quote>, string>> = {
  single: 'a single quote is not closed',
  double: 'a double quote is not closed',
  backtick: 'a backtick is not closed',
  substitution: 'a "$(" is not closed',
};

/** True for a quote mark that opens or closes something here. */
function isToggle(character: string, quote: Quote): boolean {
  const kind = quotes[character];
  return kind !== undefined && (quote === undefined || quote === kind);
}
