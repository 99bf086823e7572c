import { knownLintCodes, type LintFinding, lintProject } from '../../compose/index.ts';
import { diagnosticRecord } from '../../core/diagnostic-record.ts';
import { FlotillaError, unreachable } from '../../core/error.ts';
import { suggest } from '../../core/suggest.ts';
import { count, quote } from '../../core/text.ts';
import type { CommandContext } from '../command.ts';
import type { lintOptions } from '../commands/lint.ts';
import { loadOptionsFor } from '../load.ts';
import { githubAnnotations } from '../output/github.ts';
import { jsonLine } from '../output/json-line.ts';
import { presentDiagnostics } from '../present-error.ts';
import { createStyle, type Style, wantsColour } from '../style.ts';

type LintContext = CommandContext<typeof lintOptions>;

/** The findings are the answer, so they go to standard output, errors of the files included. */
export async function run(context: LintContext): Promise<number> {
  const { options, io, global } = context;
  await refuseUnknownCodes(options.disable);
  const { findings } = await lintProject(loadOptionsFor(context), {
    services: context.arguments,
    disable: options.disable,
  });
  io.stdout.write(shown(findings, options.format, createStyle(wantsColour(io.stdout, io, global))));
  return exitCode(findings, options.strict ? 'warning' : options.failOn);
}

/** A code that is misspelt would switch off nothing, in silence. */
async function refuseUnknownCodes(codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  const known = await knownLintCodes();
  const unknown = codes.find((code) => !known.includes(code));
  if (unknown === undefined) return;
  const [near] = suggest(unknown, known, 1);
  throw new FlotillaError('cli.usage', `--disable: ${quote(unknown)} is no code of a rule`, {
    hint: near === undefined ? 'docs/lint.md lists the codes.' : `Did you mean "${near}"?`,
  });
}

function shown(
  findings: readonly LintFinding[],
  format: LintContext['options']['format'],
  style: Style,
): string {
  const { errors, warnings } = tally(findings);
  switch (format) {
    case 'json':
      return jsonLine({ findings: findings.map(diagnosticRecord), errors, warnings });
    case 'github':
      return githubAnnotations(findings);
    case 'text': {
      if (findings.length === 0) return 'Nothing found.\n';
      const all = findings.map((finding) => presentDiagnostics([finding], style)).join('\n');
      return `${all}\n${count(errors, 'error')}, ${count(warnings, 'warning')}\n`;
    }
    default:
      return unreachable(format, 'lint');
  }
}

function tally(findings: readonly LintFinding[]): { readonly errors: number; readonly warnings: number } {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

function exitCode(findings: readonly LintFinding[], failOn: LintContext['options']['failOn']): number {
  // Files that cannot be loaded were not looked through.
  const broken = findings.some(({ severity, code }) => severity === 'error' && !code.startsWith('lint.'));
  const { errors, warnings } = tally(findings);
  switch (failOn) {
    case 'never':
      return broken ? 1 : 0;
    case 'error':
      return errors > 0 ? 1 : 0;
    case 'warning':
      return errors + warnings > 0 ? 1 : 0;
  }
}
