import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import { Lexer } from './package.ts';

/**
 * Refuses the ends of lines that nobody sees: to docker compose, which reads YAML 1.1, U+0085, U+2028 and U+2029 end a
 * line, also one of a comment, to an editor they mostly do not. In quotes the last two are only text.
 */
export function reportHiddenLineEnds(source: SourceText, report: Report): void {
  if (!hidden.test(source.text)) return;
  let offset = 0;
  for (const word of new Lexer().lex(source.text)) {
    // The lexer marks documents and scalars with characters of its own, which are not in the text.
    if (/^[\u0002\u0018\u001f\ufeff]$/.test(word)) continue;
    const found = word.search(/^["']/.test(word) ? /\u0085/ : hidden);
    if (found !== -1) {
      const start = offset + found;
      const code = source.text.charCodeAt(start).toString(16).padStart(4, '0');
      report.error('compose.yaml-syntax', `a line ends here that seems to go on: U+${code.toUpperCase()}`, {
        at: { source, start, end: start + 1 },
        hint: `Remove the character, or write it as "\\u${code}" in double quotes.`,
      });
      return;
    }
    offset += word.length;
  }
}

const hidden = /[\u0085\u2028\u2029]/;
