import type { LintFinding } from '../../compose/index.ts';
import { redact } from '../../core/redact.ts';
import { stripControl } from '../../core/text.ts';

/**
 * Findings as workflow commands, which GitHub shows beside the lines of a pull request; see
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
 */
export function githubAnnotations(findings: readonly LintFinding[]): string {
  return findings.map(annotation).join('');
}

function annotation({ severity, code, message, hint, at }: LintFinding): string {
  const place =
    at === undefined
      ? []
      : [
          `file=${property(at.file)}`,
          `line=${at.start.line}`,
          `endLine=${at.end.line}`,
          `col=${at.start.column}`,
          `endColumn=${at.end.column}`,
        ];
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return `::${severity} ${[...place, `title=${property(code)}`].join(',')}::${data(text)}\n`;
}

function data(text: string): string {
  return stripControl(redact(text)).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
