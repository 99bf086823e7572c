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
  'numbers with no room for all of their bits': ({ given, ours }) =>
    ours.kind === 'refused' &&
    /does not fit into \d+ bits/.test(ours.errors) &&
    someFile(given, /\d{5,}|\de\+?\d|\.(?:inf|nan)\b/i),
  'services of an extended file that nobody extends': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    someFile(given, /\bextends\b[\s\S]*\bfile\b/) &&
    /services\.\S+ (?:invalid type \S+ for|unexpected type|unsupported value) |^(?:environment path attribute|service \w+) services\.\S+ is missing|^include\.\S+: invalid type |^(?:networks|volumes|configs|secrets)\.\S+\.labels\.\S+ unexpected type /m.test(
      theirs.errors,
    ) &&
    [
      ...ours.project.services.keys(),
      ...ours.project.disabledServices.keys(),
      ...extendedServices(given),
    ].every((name) => !theirs.errors.includes(`services.${name}.`)),
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
  'mounts of an empty text': ({ theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    everyLine(ours.errors, /field Source must not be empty|is missing a mount target/),
  'lists as values of variables and labels': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    everyLine(
      ours.errors,
      /\.(?:environment|labels|annotations|sysctls|args|additional_contexts)\.\S+ must be a (?:boolean, )?(?:number or )?string/,
    ) &&
    (documents(given) > 1 || someFile(given, /\bextends\b/)),
  'replicas of services that are enabled by their names': ({ given, theirs, ours }) =>
    given.services.length > 0 &&
    theirs.accepted &&
    ours.kind === 'accepted' &&
    someFile(given, /\bscale\b/) &&
    withoutReplicas(theirs.output) ===
      withoutReplicas(renderProject(ours.project, { format: 'yaml', dialect: 'v2' })),
  'services that are enabled by their names are checked, too': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    given.services.length > 0 &&
    someFile(given, /\bprofiles\b/) &&
    ours.errors
      .split('\n')
      .every(
        (line) =>
          line.endsWith(': invalid compose project') &&
          enabledBy(given, theirs).some((name) =>
            [`service "${name}" `, `service ${name} `, `services.${name}.`].some((words) =>
              line.includes(words),
            ),
          ),
      ),
  'ends of lines that nobody sees': ({ given, ours }) =>
    ours.kind === 'refused' &&
    /a line ends here that seems to go on/.test(ours.errors) &&
    someFile(given, /[\u0085\u2028\u2029]/),
  'keys that begin with x- in mappings of text': ({ theirs }) =>
    theirs.errors.includes("[#extensions]' expected type") ||
    /'#extensions': (?:'?map\[|\|[-+]?\n\s+map\[)/.test(theirs.output) ||
    /^( +)ulimits:\n(?:\1 .*\n)*?\1 {2}'#extensions':\n\1 {4}soft: 0\n\1 {4}hard: 0$/m.test(theirs.output),
  'label files of services that are enabled by their names': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    given.services.length > 0 &&
    someFile(given, /\bprofiles\b[\s\S]*\blabel_file\b|\blabel_file\b[\s\S]*\bprofiles\b/) &&
    everyLine(ours.errors, / open .*: no such file or directory$/),
  'letters whose last byte is a blank by itself': ({ theirs, ours }) =>
    ours.kind === 'accepted' &&
    /environment variable [^\n]*[^\n\u0000-\u00a0] is declared with a trailing space/.test(theirs.errors),
  'files without a name in COMPOSE_FILE': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /^read .*: is a directory$/m.test(theirs.errors) &&
    (given.environment.has('COMPOSE_FILE') || someFile(given, /^COMPOSE_FILE=/m)),
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
  'directories of included projects below the home folder': ({ given, theirs, ours }) =>
    theirs.accepted && ours.kind === 'accepted' && someFile(given, /\bproject_directory["']?:\s*["']?~/),
  'services that extend an empty one': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' && /^ {4}extends:$/m.test(theirs.output) && someFile(given, /\bextends\b/),
  'a name alone at the end of an env file': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /^ {6}"": \S/m.test(theirs.output) &&
    someFile(given, /(?:^|\n)[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*$/),
  'texts and numbers that a second file adds to variables, labels and the like': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    documents(given) > 1 &&
    everyLine(
      ours.errors,
      /cannot override services\.\S+\.(?:environment|labels|annotations|sysctls|args|additional_contexts|depends_on|build)$/,
    ),
  'keys that are no text beside a value that is taken out': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'refused' &&
    everyLine(ours.errors, /non-string key in a mapping: a (?:mapping|sequence)/) &&
    someFile(given, /!reset\b/),
  'tags within a value that aliases stand for': ({ given, theirs, ours }) =>
    theirs.accepted &&
    ours.kind === 'accepted' &&
    someFile(given, /&\w[\s\S]*!(?:reset|override)\b[\s\S]*\*\w/),
  'cycles of aliases that are none': ({ theirs, ours }) =>
    ours.kind === 'accepted' && /cycle detected: node at path /.test(theirs.errors),
  'an alias of nothing behind a merge key': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /map merge requires map or sequence of maps as the value/.test(theirs.errors) &&
    someFile(given, /<<: *[[*]/),
  'bytes that are no text': ({ theirs, ours }) =>
    ours.kind === 'accepted' && /: !!binary \S/.test(theirs.output),
  'what an included project and its including one both define': ({ theirs, ours }) =>
    ours.kind === 'accepted' && /conflicts with imported resource/.test(theirs.errors),
  'only the branch that is taken is looked at': ({ given, theirs, ours }) =>
    ours.kind === 'accepted' &&
    /invalid interpolation format|is missing a value/.test(theirs.errors) &&
    someFile(given, /\$\{\w+:?[-+?][^}]*\$/),
};

export function isListed(disagreement: Disagreement): boolean {
  return (
    disagreement.ours.kind !== 'broken' && Object.values(listed).some((applies) => applies(disagreement))
  );
}

function withoutHostPaths(yaml: string): string {
  return yaml
    .trimEnd()
    .replaceAll(/^ +create_host_path: true$\n?/gm, '')
    .replaceAll(/^( +bind:).*$/gm, '$1');
}

function withoutReplicas(yaml: string): string {
  return yaml
    .trimEnd()
    .replaceAll(/^ {6}replicas: \d+$\n?/gm, '')
    .replaceAll(/^ {4}deploy: \{\}$/gm, '    deploy:');
}

function everyLine(errors: string, pattern: RegExp): boolean {
  return errors.split('\n').every((line) => pattern.test(line));
}

function documents({ files }: ProjectCase): number {
  return [...files.values()].reduce((total, file) => total + ('lines' in file ? 0 : file.length), 0);
}

/** More than they are, when something else has a key of this name. */
function extendedServices({ files }: ProjectCase): readonly string[] {
  return [...files.values()].flatMap((file) =>
    [...fileText(file).matchAll(/\b(?:extends|service)["']?:\s*["']?([\w.-]+)/g)].map(
      ([, name = '']) => name,
    ),
  );
}

function someFile({ files }: ProjectCase, pattern: RegExp): boolean {
  return [...files.values()].some((file) => pattern.test(fileText(file)));
}

/** The services that the command names, and those that come with them. */
function enabledBy({ services }: ProjectCase, { output }: ReferenceResult): readonly string[] {
  const [, section = ''] = /^services:\n((?: .*\n)+)/m.exec(output) ?? [];
  return [...services, ...Array.from(section.matchAll(/^ {2}(\S+):$/gm), ([, name = '']) => name)];
}
