import type { ErrorCode } from './codes.ts';
import type { Diagnostic, FramedRange } from './diagnostic.ts';

export interface FlotillaErrorOptions {
  /** The next move, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly evidence?: readonly Evidence[];
  /** The setting that has to do with it. */
  readonly at?: FramedRange;
  /** True when the same call may succeed a moment later without anything being changed. */
  readonly retryable?: boolean;
  /** What the process should exit with when this error ends a command; 1 unless given. */
  readonly exitCode?: number;
}

/** Something that was observed about a failure: a heading, and what belongs below it. */
export interface Evidence {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What the world did to us: an engine that is gone, a port that is taken. Bugs of our own are plain Errors. */
export class FlotillaError extends Error {
  override readonly name: string = 'FlotillaError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly exitCode: number;
  readonly evidence: readonly Evidence[];
  readonly at: FramedRange | undefined;

  constructor(code: ErrorCode, message: string, options: FlotillaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.exitCode = options.exitCode ?? 1;
    this.evidence = options.evidence ?? [];
    this.at = options.at;
  }
}

/** A command that cannot go on because of its input; carries every diagnostic of the stage that found them. */
export class DiagnosticsError extends FlotillaError {
  override readonly name = 'DiagnosticsError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const first = diagnostics.find((diagnostic) => diagnostic.severity === 'error') ?? diagnostics[0];
    if (first === undefined) throw new Error('a DiagnosticsError needs a diagnostic');
    super(first.code, first.message, first.hint === undefined ? {} : { hint: first.hint });
    this.diagnostics = diagnostics;
  }
}

/** Marks a place that correct code never reaches; reads like a bug report. */
export function unreachable(value: never, where: string): never {
  throw new Error(`bug in Flotilla: unexpected ${JSON.stringify(value)} in ${where}`);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export function isAbortError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
