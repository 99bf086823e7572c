/** The words of a line; quotes and backslashes keep blanks together. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs)].map(([word]) => plain(word));
}

/** `A=1 B="two words"`, or one name and the rest of the line; undefined when it is neither. */
export function pairsOf(line: string): readonly (readonly [string, string])[] | undefined {
  const words = wordsOf(line);
  if (words.every((word) => word.indexOf('=') > 0)) {
    return words.map((word) => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)] as const;
    });
  }
  const [, name, value] = /^([^\s=]+)\s+(.+)$/s.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : [[name, value]];
}

function plain(word: string): string {
  return word.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, escaped, double, single) => {
    if (escaped !== undefined) return escaped;
    return double === undefined ? single : double.replace(/\\(.)/gs, '$1');
  });
}
