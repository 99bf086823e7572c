import type { ErrorCode } from '../../core/codes.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { LintCode } from './codes.ts';

export type { LintCode } from './codes.ts';

export interface LintRequest {
  /** Names or globs; empty is all, and findings that belong to no service too. */
  readonly services?: readonly string[];
  /** Codes that are not wanted. */
  readonly disable?: readonly string[];
}

/** A diagnostic with a code of a rule, or one of the loader. */
export type LintFinding = Omit<Diagnostic, 'code'> & { readonly code: LintCode | ErrorCode };

export interface LintResult {
  /** In the order of the files; when the files have errors, those and nothing else. */
  readonly findings: readonly LintFinding[];
}
