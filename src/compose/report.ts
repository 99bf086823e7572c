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
  readonly #warned = new Set<string>();
  #errors = 0;

  error(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    this.#errors += 1;
    this.#diagnostics.push(diagnostic('error', code, message, details));
  }

  /** A warning about one place is given once, however often the place is used through aliases. */
  warn(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    const warning = diagnostic('warning', code, message, details);
    const { file = '', start } = warning.at ?? {};
    const key = `${code} ${message} ${file}:${start?.line}:${start?.column}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#diagnostics.push(warning);
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
