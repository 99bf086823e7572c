import { basename } from 'node:path';
import { isProjectName, normalizeProjectName, type ProjectName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { Lookup } from '../interpolate/index.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import type { ScalarNode } from '../tree/node.ts';

export interface NameSources {
  readonly options: LoadOptions;
  readonly lookup: Lookup;
  /** The last non-empty top-level `name`, interpolated. */
  readonly fromFiles: (ScalarNode & { readonly value: string }) | undefined;
  readonly projectDirectory: string;
}

/** `-p`, COMPOSE_PROJECT_NAME, `name:`, the directory's name. Undefined with a diagnostic when it is no good. */
export function chooseProjectName(
  { options, lookup, fromFiles, projectDirectory }: NameSources,
  report: Report,
): ProjectName | undefined {
  const given = options.projectName || lookup('COMPOSE_PROJECT_NAME');
  const name = given || fromFiles?.value || normalizeProjectName(basename(projectDirectory));
  if (isProjectName(name)) return name;
  const at = given || fromFiles === undefined ? undefined : fromFiles.origin;
  if (name === '') {
    report.error('compose.project-name', 'project name must not be empty', {
      hint: 'Give one with -p, COMPOSE_PROJECT_NAME or a top-level "name:".',
    });
    return undefined;
  }
  const suggestion = normalizeProjectName(name);
  report.error(
    'compose.project-name',
    `invalid project name ${quote(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    {
      at,
      path: at === undefined ? undefined : ['name'],
      hint: suggestion === '' ? undefined : `${quote(suggestion)} would do.`,
    },
  );
  return undefined;
}
