import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import type { Origin } from '../tree/node.ts';
import { findClue } from './clues.ts';
import type { YAMLError } from './package.ts';

/** Says what a YAML syntax error is in a sentence that a beginner can act on. */
export function explainSyntaxError(problem: YAMLError, source: SourceText, report: Report): void {
  const [start, end] = problem.pos;
  const at = { source, start, end: Math.max(end, start + 1) };
  if (problem.code === 'RESOURCE_EXHAUSTION' || problem.message.includes('call stack')) {
    reportNesting(at, report);
    return;
  }
  const clue = findClue(problem, at);
  const known = explanations[problem.code];
  const message = clue?.message ?? known?.message ?? `${problem.message.replace(/\.?$/, '')}.`;
  report.error('compose.yaml-syntax', message, {
    at: clue?.at ?? at,
    hint:
      clue?.hint ?? known?.hint ?? 'Check quotes, brackets and colons on this line and the one before it.',
  });
}

/** Nothing real nests this deep; what does would exhaust the stack. */
export function reportNesting(at: Origin, report: Report): void {
  report.error('compose.limit-exceeded', `The file nests collections more than ${limits.nesting} deep.`, {
    at,
    hint: 'Flatten the structure; no Compose attribute needs this depth.',
  });
}

interface Explanation {
  readonly message?: string;
  readonly hint: string;
}

/** What is left to say when the text around the place gives nothing away. */
const explanations: Readonly<Partial<Record<YAMLError['code'], Explanation>>> = {
  TAB_AS_INDENT: {
    message: 'YAML does not allow tabs for indentation.',
    hint: 'Indent with spaces, two per level.',
  },
  BAD_INDENT: { hint: 'Line it up with its siblings; nested keys go two spaces deeper than their parent.' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'This line is neither "key: value" nor the continuation of one.',
    hint: 'Check that it ends with a colon, or quote the text.',
  },
  BLOCK_AS_IMPLICIT_KEY: { hint: 'A value with ": " in it must be quoted.' },
  BAD_SCALAR_START: { hint: 'Quote values that start with a special character.' },
  BAD_DQ_ESCAPE: {
    message: 'In double quotes a backslash begins a special character, and there is none of this name.',
    hint: 'Put the text in single quotes, or write each backslash twice.',
  },
};
