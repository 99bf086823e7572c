import type { ErrorCode } from './codes.ts';

/** A position in a text; both numbers count from 1, columns in UTF-16 code units. */
export interface SourcePoint {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one source file. `file` is the path as messages should show it, `-` for standard input. */
export interface SourceRange {
  readonly file: string;
  readonly start: SourcePoint;
  /** Exclusive end. */
  readonly end: SourcePoint;
}

/** What the user got wrong, as data: a stage returns all of its diagnostics at once and never throws them. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode;
  /** One sentence: what is wrong, with the user's own words quoted. */
  readonly message: string;
  /** The next move. */
  readonly hint?: string;
  readonly at?: SourceRange;
  /** The place in the model, e.g. `services.web.ports[0]`. */
  readonly path?: string;
  /** The source lines around `at` with a caret, ready to print below the message. */
  readonly frame?: string;
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

/** `compose.yaml:14:5`, or the empty string when the diagnostic has no position. */
export function formatPosition(at: SourceRange | undefined): string {
  return at === undefined ? '' : `${at.file}:${at.start.line}:${at.start.column}`;
}
