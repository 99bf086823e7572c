import type { YAMLError } from 'yaml';
import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import type { Origin } from '../tree/node.ts';

/** Says what a YAML syntax error is in a sentence that a beginner can act on. */
export function explainSyntaxError(problem: YAMLError, source: SourceText, report: Report): void {
  const [start, end] = problem.pos;
  const at = { source, start, end: Math.max(end, start + 1) };
  if (problem.code === 'RESOURCE_EXHAUSTION' || problem.message.includes('call stack')) {
    reportNesting(at, report);
    return;
  }
  const known = explanations[problem.code];
  const message = known?.message ?? `${problem.message.replace(/\.?$/, '')}.`;
  const hint = hintFor(source.text, start) ?? known?.hint;
  report.error(problem.code === 'DUPLICATE_KEY' ? 'compose.duplicate-key' : 'compose.yaml-syntax', message, {
    at,
    hint,
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

const explanations: Readonly<Partial<Record<YAMLError['code'], Explanation>>> = {
  TAB_AS_INDENT: {
    message: 'YAML does not allow tabs for indentation.',
    hint: 'Indent with spaces, two per level.',
  },
  BAD_INDENT: { hint: 'Line it up with its siblings; nested keys go two spaces deeper than their parent.' },
  MULTILINE_IMPLICIT_KEY: { hint: 'Check that the line before ends with a colon, or quote the text.' },
  BLOCK_AS_IMPLICIT_KEY: { hint: 'A value with ": " in it must be quoted.' },
  BAD_SCALAR_START: { hint: 'Quote values that start with a special character.' },
  BAD_DQ_ESCAPE: { hint: 'Use single quotes when the text has backslashes.' },
  MISSING_CHAR: { hint: 'Check quotes, brackets and colons on this line and the one before it.' },
};

/** What the line itself gives away, whatever the parser stumbled over. */
function hintFor(text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  if (/^ *\t/.test(line)) return 'Indent with spaces, two per level; this line is indented with a tab.';
  if (/: [@`]/.test(line)) return 'Quote the value: "@" and "`" cannot start one in YAML.';
  if (/: [*&]\S*[^\w\s-]/.test(line))
    return 'Quote the value: "*" and "&" start an alias or an anchor in YAML.';
  if (/: %/.test(line)) return 'Quote the value: "%" cannot start one in YAML.';
  return undefined;
}
