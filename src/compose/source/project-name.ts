import { basename } from 'node:path';
import { isProjectName, normalizeProjectName, type ProjectName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { Lookup } from '../interpolate/index.ts';
import { substitute } from '../interpolate/template.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import { isText, type MappingNode, type Origin } from '../tree/node.ts';

export interface NameSources {
  readonly options: LoadOptions;
  readonly lookup: Lookup;
  /** Without it the variables of a `name:` are characters like any other. */
  readonly interpolate: boolean;
  /** The documents of all files in order, as they were written. */
  readonly documents: readonly MappingNode[];
  readonly projectDirectory: string;
}

/** `-p`, COMPOSE_PROJECT_NAME, `name:`, the directory's name. Undefined with a diagnostic when it is no good. */
export function chooseProjectName(sources: NameSources, report: Report): ProjectName | undefined {
  const given = sources.options.projectName || sources.lookup('COMPOSE_PROJECT_NAME');
  const written = given ? undefined : nameInFiles(sources);
  const name = given || normalizeProjectName(written?.text ?? basename(sources.projectDirectory));
  if (isProjectName(name)) return name;
  const place = written === undefined ? {} : { at: written.at, path: ['name'] };
  if (name === '') {
    report.error('compose.project-name', 'project name must not be empty', {
      ...place,
      hint: 'Give one with -p, COMPOSE_PROJECT_NAME or a top-level "name:".',
    });
    return undefined;
  }
  const suggestion = normalizeProjectName(name);
  report.error(
    'compose.project-name',
    `invalid project name ${quote(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    { ...place, hint: suggestion === '' ? undefined : `${quote(suggestion)} would do.` },
  );
  return undefined;
}

/** The last top-level `name` that is not empty, with its variables replaced. Mistakes in it are reported later. */
function nameInFiles({
  documents,
  lookup,
  interpolate,
}: NameSources): { readonly text: string; readonly at: Origin } | undefined {
  const found = documents.flatMap((document) => {
    const node = document.entries.get('name')?.value;
    if (!isText(node)) return [];
    const value = interpolate
      ? substitute(node.value, { lookup, unset: () => undefined })
      : ({ kind: 'text', text: node.value } as const);
    return value.kind === 'text' && value.text !== '' ? [{ text: value.text, at: node.origin }] : [];
  });
  return found.at(-1);
}
