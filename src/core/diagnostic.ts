import type { ErrorCode } from './codes.ts';

/** A position in a text; both numbers count from 1, columns in UTF-16 code units. */
export interface SourcePoint {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one source file. `file` is the path as messages should show it, `-` for standard input. */
export interface SourceRange {
  readonly file: string;
  /** What `file` names is no file and has no lines: an option that was typed. */
  readonly typed?: true;
  readonly start: SourcePoint;
  /** Exclusive end. */
  readonly end: SourcePoint;
}

/** A stretch of a file together with the lines around it, as a code frame. */
export interface FramedRange extends SourceRange {
  readonly frame: string;
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
  /** Further places of the same, when they are told together. */
  readonly also?: readonly SourceRange[];
  /** The place in the model, e.g. `services.web.ports[0]`. */
  readonly path?: string;
  /** The source lines around `at` with a caret, ready to print below the message. */
  readonly frame?: string;
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

/** The fields of a diagnostic that say where it is. */
export function placed(range: FramedRange | undefined): Pick<Diagnostic, 'at' | 'frame'> {
  if (range === undefined) return {};
  const { frame, ...at } = range;
  // What was typed has none.
  return frame === '' ? { at } : { at, frame };
}

/** `compose.yaml:14:5`, `command line (--publish)`, or the empty string when the diagnostic has no position. */
export function formatPosition(at: SourceRange | undefined): string {
  if (at?.typed === true) return at.file;
  return at === undefined ? '' : `${at.file}:${at.start.line}:${at.start.column}`;
}
