import { basename } from 'node:path';
import { isProjectName, normalizeProjectName, type ProjectName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { Lookup } from '../interpolate/index.ts';
import { substitute } from '../interpolate/template.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import { isText, type MappingNode, type Node, type Origin } from '../tree/node.ts';

export interface NameSources {
  readonly options: LoadOptions;
  readonly lookup: Lookup;
  /** Without it the variables of a `name:` are characters like any other. */
  readonly interpolate: boolean;
  /** The documents of each file in order, as they were written. */
  readonly files: readonly (readonly MappingNode[])[];
  readonly projectDirectory: string;
}

/** `-p`, COMPOSE_PROJECT_NAME, `name:`, the directory's name. Undefined with a diagnostic when it is no good. */
export function chooseProjectName(sources: NameSources, report: Report): ProjectName | undefined {
  const given = sources.options.projectName || sources.lookup('COMPOSE_PROJECT_NAME');
  const written = given ? undefined : nameInFiles(sources, report);
  if (report.failed) return undefined;
  const name = given || (written?.text ?? normalizeProjectName(basename(sources.projectDirectory)));
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

/**
 * The last top-level `name` that is written as more than an empty text, with its variables replaced; mistakes in those
 * are reported later. Nothing is left of some: that is a mistake, but to docker compose only where a file begins with a
 * document that has a name.
 */
function nameInFiles(
  { files, lookup, interpolate }: NameSources,
  report: Report,
): { readonly text: string; readonly at: Origin } | undefined {
  for (const [first] of files) checkName(first?.entries.get('name')?.value, report);
  const last = files.flat().flatMap(ownName).at(-1);
  if (last === undefined) return undefined;
  const value = interpolate ? substitute(last.value, { lookup, unset: () => undefined }) : undefined;
  if (value !== undefined && value.kind !== 'text') return undefined;
  const text = normalizeProjectName(value?.text ?? last.value);
  const isNamed = files.some(([first]) => first !== undefined && ownName(first).length > 0);
  return text === '' && !isNamed ? undefined : { text, at: last.origin };
}

function ownName(document: MappingNode): readonly (Node & { readonly value: string })[] {
  const node = document.entries.get('name')?.value;
  return isText(node) && node.value !== '' ? [node] : [];
}

/** The name decides before anything is merged, so it has to be a text also where a later file takes it away. */
function checkName(node: Node | undefined, report: Report): void {
  if (node === undefined || node.tag !== 'reset' || node.kind === 'scalar') return;
  report.error('compose.invalid-type', 'name must be a string', {
    at: node.origin,
    path: ['name'],
    hint: 'Write "!reset null", or leave the line out.',
  });
}
