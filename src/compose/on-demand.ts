import type { Encoded } from '../core/go-json.ts';
import type { SourceFiles } from './load-options.ts';
import type { Project } from './project.ts';
import type { GitReference } from './source/git-reference.ts';
import type { ModelVariable } from './variables/index.ts';

/** Parts that few commands need. They are loaded at the first call, because start-up time counts. */

/** The variables that a model which still has them uses, in the order of the format. See `LoadResult.plainModel`. */
export async function modelVariables(
  model: Encoded,
  format: 'yaml' | 'json' = 'json',
): Promise<readonly ModelVariable[]> {
  const { extractVariables } = await import('./variables/index.ts');
  return extractVariables(model, format);
}

/** The variables that the env files of services take from outside. The project is one whose env files were not read. */
export async function envFileVariables(
  project: Project,
  files: Pick<SourceFiles, 'readText'>,
): Promise<readonly string[]> {
  const { inheritedVariables } = await import('./variables/env-files.ts');
  return inheritedVariables(project, files);
}

/**
 * Hides secrets in a model as `config` prints it. Values of variables that look secret are also looked for elsewhere,
 * where interpolation may have put them.
 */
export async function modelRedaction(
  environment: ReadonlyMap<string, string>,
): Promise<(model: Encoded) => Encoded> {
  const { redactModel } = await import('./redact/index.ts');
  return (model) => redactModel(model, environment);
}

/**
 * Reads what `-f`, `include` or `extends` has for a git repository. Rejects with `compose.remote` when it makes no
 * sense, with `compose.outside-project` when its path leads out of the repository.
 */
export async function gitReference(text: string): Promise<GitReference> {
  const { parseGitReference } = await import('./source/git-reference.ts');
  return parseGitReference(text);
}
