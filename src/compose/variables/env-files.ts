import { parseDotenv, parseRawEnv } from '../dotenv/parse.ts';
import type { SourceFiles } from '../load-options.ts';
import type { Project } from '../project.ts';
import { Report } from '../report.ts';
import { SourceText } from '../source/source-text.ts';

/**
 * The variables that the env files of a project's services take from outside: names without a value, and those in the
 * values of others. For a project whose env files were left unread; a file that cannot be read says nothing.
 */
export async function inheritedVariables(
  project: Project,
  files: Pick<SourceFiles, 'readText'>,
): Promise<readonly string[]> {
  const names = new Set<string>();
  const lookup = (name: string): undefined => {
    names.add(name);
  };
  const readable = [...project.services.values()].flatMap(({ env_file: list = [] }) => list);
  for (const { path, format } of readable) {
    const text = await files.readText(path, 'plain').catch(() => undefined);
    if (text === undefined) continue;
    const parse = format === 'raw' ? parseRawEnv : parseDotenv;
    parse(new SourceText(path, text), lookup, new Report());
  }
  return [...names];
}
