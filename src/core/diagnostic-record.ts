import type { Diagnostic } from './diagnostic.ts';

/** A diagnostic for programs: flat, plain JSON, described by schemas/diagnostic.schema.json. */
export interface DiagnosticRecord {
  readonly type: 'diagnostic';
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** As the message shows it: relative to the working folder where it is inside; `-` is standard input. */
  readonly file?: string;
  /** From 1, as are the columns, which count UTF-16 code units. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** Exclusive. */
  readonly endColumn?: number;
  /** Where the same is to be said, besides the place above. */
  readonly also?: readonly { readonly file: string; readonly line: number; readonly column: number }[];
  readonly path?: string;
  readonly frame?: string;
}

/** The record of a diagnostic, or of anything that says as much. */
export function diagnosticRecord(
  said: Omit<Diagnostic, 'code'> & { readonly code: string },
): DiagnosticRecord {
  const { severity, code, message, hint, at, also, path, frame } = said;
  return {
    type: 'diagnostic',
    severity,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined
      ? {}
      : {
          file: at.file,
          line: at.start.line,
          column: at.start.column,
          endLine: at.end.line,
          endColumn: at.end.column,
        }),
    ...(also === undefined
      ? {}
      : { also: also.map(({ file, start }) => ({ file, line: start.line, column: start.column })) }),
    ...(path === undefined ? {} : { path }),
    ...(frame === undefined ? {} : { frame }),
  };
}
