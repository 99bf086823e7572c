/** Splits a command line as a POSIX shell would, without expansions: quotes, backslashes, comments. */
export function splitShellWords(text: string): readonly string[] | { readonly error: string } {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    at += 1;
    if (character === "'") {
      const end = text.indexOf("'", at);
      if (end === -1) return { error: 'a single quote is not closed' };
      word = (word ?? '') + text.slice(at, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = doubleQuoted(text, at);
      if (quoted === undefined) return { error: 'a double quote is not closed' };
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (at >= text.length) return { error: 'it ends with a backslash' };
      if (text[at] !== '\n') word = (word ?? '') + text[at];
      at += 1;
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function doubleQuoted(
  text: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let result = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') return { text: result, end: at + 1 };
    const next = text[at + 1];
    if (character === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== '\n') result += next;
      at += 1;
    } else result += character;
  }
  return undefined;
}
