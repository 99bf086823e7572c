import { type DiagnosticRecord, diagnosticRecord } from '../core/diagnostic-record.ts';
import { DiagnosticsError, FlotillaError } from '../core/error.ts';
import type { GlobalOptions } from './global-options.ts';
import { jsonLine } from './output/json-line.ts';

/**
 * Whether a program reads what goes wrong: with `--format json` and `--progress json` standard error has one JSON
 * object per line, and standard output only what was asked for, so that both stay parseable.
 */
export function wantsJsonDiagnostics(
  global: Partial<Pick<GlobalOptions, 'progress'>>,
  options: object | undefined,
): boolean {
  if (global.progress === 'json') return true;
  return options !== undefined && 'format' in options && options.format === 'json';
}

/** Diagnostics as lines of JSON. */
export function diagnosticLines(diagnostics: readonly Parameters<typeof diagnosticRecord>[0][]): string {
  return diagnostics.map((diagnostic) => jsonLine(diagnosticRecord(diagnostic))).join('');
}

/** The lines for what ended a run; undefined for a bug, which is a text for people to report. */
export function failureLines(thrown: unknown): string | undefined {
  if (thrown instanceof DiagnosticsError) return diagnosticLines(thrown.diagnostics);
  if (!(thrown instanceof FlotillaError)) return undefined;
  const record: DiagnosticRecord = {
    type: 'diagnostic',
    severity: 'error',
    code: thrown.code,
    message: thrown.message,
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
  };
  return jsonLine(record);
}
