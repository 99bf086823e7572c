import { writeYaml } from './write-yaml.ts';
import type { Yaml } from './yaml-tree.ts';

/** A project that was made up, and how it is loaded. */
export interface ProjectCase {
  /** By path below the project's folder. */
  readonly files: ReadonlyMap<string, CaseFile>;
  readonly composeFiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly services: readonly string[];
}

/** Documents of a YAML file, or lines of any other. */
export type CaseFile = readonly Yaml[] | { readonly lines: readonly string[] };

export function fileText(file: CaseFile): string {
  if ('lines' in file) return file.lines.join('\n');
  return file.map(writeYaml).join('---\n');
}

/** The case as a person reads it. */
export function describeCase(given: ProjectCase): string {
  const args = [...caseArguments(given), 'config', ...given.services];
  const environment = [...given.environment].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const files = [...given.files].map(([path, file]) => `# ${path}\n${fileText(file)}`);
  return [`$ ${[...environment, ...args].join(' ')}`, ...files].join('\n');
}

/** Arguments of docker compose before the command. */
export function caseArguments(given: ProjectCase): string[] {
  return [
    ...given.composeFiles.flatMap((file) => ['-f', file]),
    ...given.envFiles.flatMap((file) => ['--env-file', file]),
    ...given.profiles.flatMap((profile) => ['--profile', profile]),
    ...(given.projectName === undefined ? [] : ['-p', given.projectName]),
    ...(given.projectDirectory === undefined ? [] : ['--project-directory', given.projectDirectory]),
  ];
}
