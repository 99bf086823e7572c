import { fileText, type ProjectCase } from '../compose-cases/project-case.ts';
import type { FlotillaResult } from './flotilla.ts';
import type { ReferenceResult } from './reference.ts';

export interface Disagreement {
  readonly given: ProjectCase;
  readonly theirs: ReferenceResult;
  readonly ours: FlotillaResult;
}

/** Where the tools differ on purpose. Each is a row of docs/differences.md, and no wider than that row. */
const listed: Readonly<Record<string, (it: Disagreement) => boolean>> = {
  'docker compose crashes': ({ theirs }) => /^panic: /m.test(theirs.errors),
  'attributes that only v5 knows': ({ theirs }) =>
    /additional properties '(?:no_cache_filter|pre_start)' not allowed/.test(theirs.errors),
  'labels that begin with x-': ({ theirs }) => theirs.output.includes("'#extensions': map["),
  'lists of labels of one resource in several files': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    documents(given) > 1 &&
    /(?:volumes|configs|secrets)\.\S+\.labels must be a mapping/.test(theirs.errors),
  'what an included project and its including one both define': ({ theirs, ours }) =>
    ours.kind === 'accepted' && /conflicts with imported resource/.test(theirs.errors),
  'only the branch that is taken is looked at': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /invalid interpolation format|is missing a value/.test(theirs.errors) &&
    someFile(given, /\$\{\w+:?[-+?][^}]*\$/),
};

export function isListed(disagreement: Disagreement): boolean {
  return Object.values(listed).some((applies) => applies(disagreement));
}

function documents({ files }: ProjectCase): number {
  return [...files.values()].reduce((total, file) => total + ('lines' in file ? 0 : file.length), 0);
}

function someFile({ files }: ProjectCase, pattern: RegExp): boolean {
  return [...files.values()].some((file) => pattern.test(fileText(file)));
}
