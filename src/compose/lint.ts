import type { LintRequest, LintResult } from './lint/result.ts';
import type { LoadOptions } from './load-options.ts';

/**
 * Loads a project and finds settings that are deprecated, risky, or do something else than they seem to; docs/lint.md
 * explains each rule. The rules are loaded when they are asked for.
 */
export async function lintProject(options: LoadOptions, request: LintRequest = {}): Promise<LintResult> {
  const { lint } = await import('./lint/lint.ts');
  return lint(options, request);
}

/** The codes that `disable` takes: those of the rules, and those of the loader's own warnings. */
export async function knownLintCodes(): Promise<readonly string[]> {
  const { knownCodes } = await import('./lint/disabled.ts');
  return knownCodes;
}
