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
  const seen = wrongIndentation(problem, at) ?? openQuote(problem, at) ?? telltaleLine(at);
  const known = explanations[problem.code];
  const message = seen?.message ?? known?.message ?? `${problem.message.replace(/\.?$/, '')}.`;
  report.error('compose.yaml-syntax', message, { at: seen?.at ?? at, hint: seen?.hint ?? known?.hint });
}

/** Nothing real nests this deep; what does would exhaust the stack. */
export function reportNesting(at: Origin, report: Report): void {
  report.error('compose.limit-exceeded', `The file nests collections more than ${limits.nesting} deep.`, {
    at,
    hint: 'Flatten the structure; no Compose attribute needs this depth.',
  });
}

interface Explanation {
  readonly at?: Origin;
  readonly message?: string;
  readonly hint: string;
}

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
  BAD_DQ_ESCAPE: { hint: 'Use single quotes when the text has backslashes.' },
  MISSING_CHAR: { hint: 'Check quotes, brackets and colons on this line and the one before it.' },
};

/** `key: value` with a deeper line below it reads to YAML as one value over two lines. */
function wrongIndentation(problem: YAMLError, { source, start }: Origin): Explanation | undefined {
  if (problem.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const line = lineAt(source.text, start);
  const next = lineAt(source.text, line.end + 1);
  if (next.start <= line.start || !/^\s*[^\s#-][^:]*:(?:\s|$)/.test(next.text)) return undefined;
  const [indent, deeper] = [indentOf(line.text), indentOf(next.text)];
  if (deeper <= indent || /:\s+\S.*:\s/.test(line.text)) return undefined;
  const key = /^\s*([^:]*):/.exec(line.text)?.[1] ?? line.text.trim();
  return {
    at: { source, start: next.start + deeper, end: next.end },
    message: `This line is indented below ${JSON.stringify(key)}, which already has a value.`,
    hint: `Line it up with ${JSON.stringify(key)}: ${indent} spaces instead of ${deeper}.`,
  };
}

/** The place where a quote that is never closed probably was opened. */
function openQuote(problem: YAMLError, { source, start }: Origin): Explanation | undefined {
  const quote = /closing ["']?(["'])/.exec(problem.message)?.[1];
  if (problem.code !== 'MISSING_CHAR' || quote === undefined) return undefined;
  const opened = source.text.lastIndexOf(quote, Math.max(0, start - 1));
  if (opened === -1) return undefined;
  return {
    at: { source, start: opened, end: opened + 1 },
    message: `A ${quote === '"' ? 'double' : 'single'} quote is opened and never closed.`,
    hint: `Close it with another ${quote} at the end of the value.`,
  };
}

/** What the line itself gives away, whatever the parser stumbled over. */
function telltaleLine({ source, start }: Origin): Explanation | undefined {
  const line = lineAt(source.text, start).text;
  if (/^ *\t/.test(line))
    return { hint: 'Indent with spaces, two per level; this line is indented with a tab.' };
  if (/: [@`]/.test(line)) return { hint: 'Quote the value: "@" and "`" cannot start one in YAML.' };
  if (/: [*&]\S*[^\w\s-]/.test(line))
    return { hint: 'Quote the value: "*" and "&" start an alias or an anchor in YAML.' };
  if (/: %/.test(line)) return { hint: 'Quote the value: "%" cannot start one in YAML.' };
  return undefined;
}

function lineAt(
  text: string,
  offset: number,
): { readonly text: string; readonly start: number; readonly end: number } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', Math.max(offset, start));
  const end = newline === -1 ? text.length : newline;
  return { text: text.slice(start, end), start, end };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
