import { displayWidth } from './width.ts';

/**
 * Breaks lines that are wider than the terminal between words, so that it does not break them inside; what follows is
 * indented. A word that is too wide by itself stays whole. Without a width nothing is broken: others read it then.
 */
export function wrap(text: string, columns: number | undefined, indent = '    '): string {
  if (columns === undefined) return text;
  return text
    .split('\n')
    .map((line) => (displayWidth(line) <= columns ? line : wrapLine(line, columns, indent)))
    .join('\n');
}

function wrapLine(line: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) /)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > columns) {
      lines.push(current);
      current = `${indent}${word.trimStart()}`;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}
