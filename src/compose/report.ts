import type { ErrorCode } from '../core/codes.ts';
import { type Diagnostic, placed } from '../core/diagnostic.ts';
import { shorten, stripControl } from '../core/text.ts';
import { limits } from './limits.ts';
import type { ModelPath } from './project.ts';
import type { Origin } from './tree/node.ts';
import { formatPath } from './tree/path.ts';

export interface ReportDetails {
  readonly at?: Origin | undefined;
  readonly path?: ModelPath | undefined;
  /** A function where to find it takes work, which is done only for diagnostics that are told. */
  readonly hint?: string | (() => string | undefined) | undefined;
}

type Severity = Diagnostic['severity'];

/** Collects what the user got wrong while the stages of one load run. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #warned = new Set<string>();
  /** Where warnings of one sentence stand, besides the first place. */
  readonly #also = new Map<string, Origin[]>();
  readonly #given: Record<Severity, number> = { error: 0, warning: 0 };

  error(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    this.#add('error', code, message, () => details);
  }

  /** A warning about one place is given once, however often the place is used through aliases. */
  warn(code: ErrorCode, message: string, details: ReportDetails = {}): void {
    if (this.#isFirstAt(details.at, code, message)) this.#add('warning', code, message, () => details);
  }

  /**
   * A warning that many places may give in the same words: it is told once, at the first of them. The details are made
   * only when they are needed.
   */
  warnTogether(code: ErrorCode, message: string, at: Origin, details: () => ReportDetails): void {
    const key = `${code} ${shorten(stripControl(message))}`;
    const also = this.#also.get(key);
    if ((also?.length ?? this.#also.size) >= limits.places) return;
    if (!this.#isFirstAt(at, code, message)) return;
    if (also !== undefined) {
      also.push(at);
      return;
    }
    this.#also.set(key, []);
    this.#add('warning', code, message, () => ({ at, ...details() }));
  }

  get failed(): boolean {
    return this.#given.error > 0;
  }

  /** Of a file that is wrong from end to end the first mistakes, and how many there are besides. */
  get diagnostics(): readonly Diagnostic[] {
    const shown = this.#diagnostics.map((each) => {
      const also = this.#also.get(`${each.code} ${each.message}`) ?? [];
      if (also.length === 0) return each;
      return { ...each, also: also.map(({ source, start, end }) => source.range(start, end)) };
    });
    return [...shown, ...leftOut('error', this.#given.error), ...leftOut('warning', this.#given.warning)];
  }

  #isFirstAt(at: Origin | undefined, code: ErrorCode, message: string): boolean {
    const key = `${code} ${message} ${at?.source.file}:${at?.start}`;
    if (this.#warned.has(key)) return false;
    this.#warned.add(key);
    return true;
  }

  #add(severity: Severity, code: ErrorCode, message: string, details: () => ReportDetails): void {
    this.#given[severity] += 1;
    if (this.#given[severity] > limits.diagnostics) return;
    this.#diagnostics.push(diagnostic(severity, code, message, details()));
  }
}

function leftOut(severity: Severity, given: number): readonly Diagnostic[] {
  if (given <= limits.diagnostics) return [];
  return [
    {
      severity,
      code: 'compose.limit-exceeded',
      message: `There are more than these ${limits.diagnostics} ${severity}s.`,
      hint: 'Mend the first ones, and run the command again.',
    },
  ];
}

function diagnostic(
  severity: Severity,
  code: ErrorCode,
  message: string,
  { at, path, hint: given }: ReportDetails,
): Diagnostic {
  const hint = typeof given === 'function' ? given() : given;
  return {
    severity,
    code,
    message: shorten(stripControl(message)),
    ...(hint === undefined ? {} : { hint: shorten(stripControl(hint)) }),
    ...(at === undefined
      ? {}
      : placed({ ...at.source.range(at.start, at.end), frame: at.source.frame(at.start, at.end) })),
    ...(path === undefined || path.length === 0 ? {} : { path: stripControl(formatPath(path)) }),
  };
}
