import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import { reportNesting } from './explain.ts';
import { Lexer } from './package.ts';

/**
 * Refuses a text with more in it than any project has, before the parser makes a tree of it: that takes a hundred times
 * as long as reading the words. Small files are parsed as they are.
 */
export function reportWeight(source: SourceText, report: Report): boolean {
  if (source.text.length < small) return false;
  let words = 0;
  let offset = 0;
  /** Open brackets; a document begins with none. */
  let open = 0;
  /** Dashes and the like on one line, which nest like brackets. */
  let inLine = 0;
  for (const word of new Lexer().lex(source.text)) {
    words += 1;
    if (word === '[' || word === '{') open += 1;
    else if (word === ']' || word === '}') open -= 1;
    else if (word === '-' || word === '?') inLine += 1;
    else if (word.endsWith('\n')) inLine = 0;
    if (open > limits.nesting || inLine > limits.nesting) {
      reportNesting({ source, start: offset, end: offset + 1 }, report);
      return true;
    }
    if (words > limits.words) {
      report.error(
        'compose.limit-exceeded',
        `${source.file} has more than ${limits.words} words and marks of YAML.`,
        {
          hint: 'Check that this is the right file; a project of this size is put together of several with "include".',
        },
      );
      return true;
    }
    if (word.length > limits.valueLength) {
      report.error(
        'compose.limit-exceeded',
        `One value has more than ${limits.valueLength / (1024 * 1024)} MiB.`,
        {
          at: { source, start: offset, end: offset + 1 },
          hint: 'Put it into a file of its own, and name that with "file:" or mount it.',
        },
      );
      return true;
    }
    // The lexer marks documents and scalars with characters of its own, which are not in the text.
    if (!/^[\u0002\u0018\u001f\ufeff]$/.test(word)) offset += word.length;
  }
  return false;
}

const small = 64 * 1024;
