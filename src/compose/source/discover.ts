import { dirname, join } from 'node:path';
import { suggest } from '../../core/suggest.ts';
import type { Lookup } from '../interpolate/index.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import { defaultNames, type SourceReader } from './reader.ts';
import { isRemote, type RemoteSources } from './remote.ts';

const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export interface FoundFiles {
  /** Absolute paths in order; `-` is standard input. */
  readonly files: readonly string[];
  /** Absolute directory that relative paths start from. */
  readonly projectDirectory: string;
  /** The directory whose name is the project's and whose `.env` counts: not the copy of a remote project. */
  readonly ownDirectory: string;
}

/** `-f`, else COMPOSE_FILE, else the default names here and upward. Undefined when there is none: the report says so. */
export async function findComposeFiles(
  options: LoadOptions,
  lookup: Lookup,
  reader: SourceReader,
  remotes: RemoteSources,
  report: Report,
): Promise<FoundFiles | undefined> {
  const given = options.configFiles?.length ? options.configFiles : filesFromEnvironment(lookup);
  if (given.length > 0) {
    return given.some(isRemote)
      ? await withRemoteFiles(given, options, lookup, reader, remotes)
      : foundFiles(
          given.map((file) => (file === '-' ? file : reader.resolve(file))),
          options,
          reader,
        );
  }
  const found = await searchUpward(options, reader, report);
  return found === undefined ? undefined : foundFiles(found, options, reader);
}

function foundFiles(files: readonly string[], options: LoadOptions, reader: SourceReader): FoundFiles {
  const directory = directoryOf(options, files, reader);
  return { files, projectDirectory: directory, ownDirectory: directory };
}

/** All relative paths start from the first remote file then, as in docker compose, even those of local files. */
async function withRemoteFiles(
  given: readonly string[],
  options: LoadOptions,
  lookup: Lookup,
  reader: SourceReader,
  remotes: RemoteSources,
): Promise<FoundFiles | undefined> {
  const files: string[] = [];
  let isWhole = true;
  let projectDirectory: string | undefined;
  for (const file of given) {
    if (!isRemote(file)) {
      files.push(file === '-' ? file : reader.resolve(file));
      continue;
    }
    const remote = await remotes.fetch(file, 'command-line', lookup);
    if (remote === undefined) isWhole = false;
    else {
      projectDirectory ??= dirname(remote.file);
      files.push(remote.file);
    }
  }
  if (!isWhole) return undefined;
  const ownDirectory = directoryOf(options, given, reader);
  return { files, projectDirectory: projectDirectory ?? ownDirectory, ownDirectory };
}

/** The directory known before any file was found: where the first `.env` is looked for. */
export function earlyProjectDirectory(options: LoadOptions, reader: SourceReader): string {
  return directoryOf(options, options.configFiles ?? [], reader);
}

function filesFromEnvironment(lookup: Lookup): readonly string[] {
  const value = lookup('COMPOSE_FILE');
  if (value === undefined || value === '') return [];
  const separator = lookup('COMPOSE_PATH_SEPARATOR') || ':';
  return value.split(separator).filter((file) => file !== '');
}

function directoryOf(options: LoadOptions, files: readonly string[], reader: SourceReader): string {
  if (options.projectDirectory !== undefined) return reader.resolve(options.projectDirectory);
  const first = files.find((file) => file !== '-');
  return first === undefined || isRemote(first) ? options.cwd : dirname(reader.resolve(first));
}

async function searchUpward(
  options: LoadOptions,
  reader: SourceReader,
  report: Report,
): Promise<readonly string[] | undefined> {
  const start =
    options.projectDirectory === undefined ? options.cwd : reader.resolve(options.projectDirectory);
  for (let directory = start; ; directory = dirname(directory)) {
    const candidates = await existing(directory, defaultNames, reader);
    const [first] = candidates;
    if (first !== undefined) {
      const overrides = await existing(directory, overrideNames, reader);
      warnAboutChoice(candidates, report, reader);
      warnAboutChoice(overrides, report, reader);
      return overrides[0] === undefined ? [first] : [first, overrides[0]];
    }
    if (dirname(directory) === directory) break;
  }
  const meant = meantAsComposeFile(await reader.namesIn(start));
  report.error('compose.no-file', 'no configuration file provided: not found', {
    hint:
      meant === undefined
        ? `No ${defaultNames.join(', ')} in ${JSON.stringify(start)} or above it. Name the file with -f, or create compose.yaml.`
        : `There is ${JSON.stringify(meant)}, a name that is not looked for: name it with -f, or rename it to compose.yaml.`,
  });
  return undefined;
}

/** `docker-compse.yml`, `compose.prod.yaml`, `Compose.yaml`. */
function meantAsComposeFile(names: readonly string[]): string | undefined {
  const candidates = names.filter((name) => /\.ya?ml(?:\.txt)?$/i.test(name));
  const near = defaultNames.flatMap((name) => suggest(name, candidates, 1));
  return near[0] ?? candidates.find((name) => /compose/i.test(name));
}

async function existing(
  directory: string,
  names: readonly string[],
  reader: SourceReader,
): Promise<readonly string[]> {
  const kinds = await Promise.all(names.map((name) => reader.kind(join(directory, name))));
  // A folder of this name is an error, as Docker leaves one where a file to be mounted was missing: what is above it is not meant.
  return names.filter((_, index) => kinds[index] !== 'missing').map((name) => join(directory, name));
}

function warnAboutChoice(candidates: readonly string[], report: Report, reader: SourceReader): void {
  const [first] = candidates;
  if (first === undefined || candidates.length < 2) return;
  const names = candidates.map((path) => reader.shown(path)).join(', ');
  report.warn('compose.conflict', `Found multiple config files with supported names: ${names}`, {
    hint: `Using ${reader.shown(first)}; remove the others or choose with -f.`,
  });
}
