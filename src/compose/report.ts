import type { ErrorCode } from '../core/codes.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { stripControl } from '../core/text.ts';
import type { ModelPath } from './project.ts';
import type { Origin } from './tree/node.ts';
import { formatPath } from './tree/path.ts';

export interface ReportDetails {
  readonly at?: Origin | undefined;
  readonly path?: ModelPath | undefined;
  readonly hint?: string | undefined;
}

/** Collects what the user got wrong while the stages of one load run. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];
  #errors = 0;

  error(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    this.#errors += 1;
    this.#diagnostics.push(diagnostic('error', code, message, details));
  }

  warn(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    this.#diagnostics.push(diagnostic('warning', code, message, details));
  }

  get failed(): boolean {
    return this.#errors > 0;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}

function diagnostic(
  severity: Diagnostic['severity'],
  code: ErrorCode,
  message: string,
  { at, path, hint }: ReportDetails,
): Diagnostic {
  return {
    severity,
    code,
    message: stripControl(message),
    ...(hint === undefined ? {} : { hint: stripControl(hint) }),
    ...(at === undefined
      ? {}
      : { at: at.source.range(at.start, at.end), frame: at.source.frame(at.start, at.end) }),
    ...(path === undefined || path.length === 0 ? {} : { path: stripControl(formatPath(path)) }),
  };
}
