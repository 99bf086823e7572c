import { posix } from 'node:path';
import {
  type LintFinding,
  type LintRequest,
  type LoadOptions,
  lintProject,
} from '../../../../src/compose/index.ts';
import { memoryFiles } from '../support.ts';

/** The findings in a Compose file, with other files beside it. */
export async function lintText(
  compose: string,
  files: Readonly<Record<string, string>> = {},
  request: LintRequest = {},
  options: Partial<LoadOptions> = {},
): Promise<readonly LintFinding[]> {
  const all = Object.entries({ 'compose.yaml': compose, ...files }).map(
    ([name, text]) => [posix.join('/project', name), text] as const,
  );
  const { findings } = await lintProject(
    { cwd: '/project', environment: {}, home: '/home/user', files: memoryFiles(new Map(all)), ...options },
    request,
  );
  return findings;
}
