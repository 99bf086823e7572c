import { renderProject } from '../../../src/compose/index.ts';
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
  'numbers beyond 64 bits': ({ given, ours }) =>
    ours.kind === 'refused' &&
    /must be a whole number/.test(ours.errors) &&
    someFile(given, /\d{19,}|\.(?:inf|nan)\b/i),
  'services of an extended file that nobody extends': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    someFile(given, /\bextends\b[\s\S]*\bfile\b/) &&
    /invalid type \S+ for |unexpected type |unsupported expose value |^(?:environment path attribute|service) .* is missing/m.test(
      theirs.errors,
    ),
  'a question mark in brackets': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /did not find expected (?:',' or|node content)/.test(theirs.errors) &&
    someFile(given, /[[{,][^\n]*\?/),
  'a group as text and as number': ({ theirs, ours }) =>
    ours.kind === 'accepted' && /group_add items at \d+ and \d+ are equal/.test(theirs.errors),
  'long bind mounts create their source': ({ theirs, ours }) =>
    ours.kind === 'accepted' &&
    theirs.accepted &&
    withoutHostPaths(theirs.output) ===
      withoutHostPaths(renderProject(ours.project, { format: 'yaml', dialect: 'v2' })),
  'keys that begin with x- in mappings of text': ({ theirs }) =>
    theirs.errors.includes("[#extensions]' expected type") ||
    /'#extensions': (?:'?map\[|\|[-+]?\n\s+map\[)/.test(theirs.output),
  'env and label files are read of the services that are wanted': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    given.services.length > 0 &&
    (/^ {4}label_file:/m.test(theirs.output) ||
      /^(?:(?:env|label) file |unsupported env_file format|failed to (?:read|parse env_file) )/m.test(
        theirs.errors,
      )),
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

function withoutHostPaths(yaml: string): string {
  return yaml
    .trimEnd()
    .replaceAll(/^ +create_host_path: true$\n?/gm, '')
    .replaceAll(/^( +bind:).*$/gm, '$1');
}

function documents({ files }: ProjectCase): number {
  return [...files.values()].reduce((total, file) => total + ('lines' in file ? 0 : file.length), 0);
}

function someFile({ files }: ProjectCase, pattern: RegExp): boolean {
  return [...files.values()].some((file) => pattern.test(fileText(file)));
}
