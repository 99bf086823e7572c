import { dirname, join } from 'node:path';
import { suggest } from '../../core/suggest.ts';
import type { Lookup } from '../interpolate/index.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import { defaultNames, type SourceReader } from './reader.ts';

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
}

/** `-f`, else COMPOSE_FILE, else the default names here and upward. Undefined when there is none: the report says so. */
export async function findComposeFiles(
  options: LoadOptions,
  lookup: Lookup,
  reader: SourceReader,
  report: Report,
): Promise<FoundFiles | undefined> {
  const given = options.configFiles?.length ? options.configFiles : filesFromEnvironment(lookup);
  if (given.length > 0) {
    const files = given.map((file) => (file === '-' || isRemote(file) ? file : reader.resolve(file)));
    for (const file of files.filter(isRemote)) refuseRemote(file, report);
    if (report.failed) return undefined;
    return { files, projectDirectory: directoryOf(options, files, reader) };
  }
  const found = await searchUpward(options, reader, report);
  if (found === undefined) return undefined;
  return { files: found, projectDirectory: directoryOf(options, found, reader) };
}

/** The directory known before any file was found: where the first `.env` is looked for. */
export function earlyProjectDirectory(options: LoadOptions, reader: SourceReader): string {
  if (options.projectDirectory !== undefined) return reader.resolve(options.projectDirectory);
  const first = options.configFiles?.find((file) => file !== '-' && !isRemote(file));
  return first === undefined ? options.cwd : dirname(reader.resolve(first));
}

/** Git and OCI references; local paths win over the looser git forms. */
export function isRemote(file: string): boolean {
  return /^(?:oci:\/\/|https?:\/\/|git:\/\/|ssh:\/\/|git@[^:]+:|github\.com\/)/.test(file);
}

export function refuseRemote(
  file: string,
  report: Report,
  details: Parameters<Report['error']>[2] = {},
): void {
  report.error(
    'compose.unsupported',
    `${JSON.stringify(file)} is a remote reference, and remote Compose files are not supported yet.`,
    {
      ...details,
      hint: 'Fetch it first, for example with git clone, and use the local path.',
    },
  );
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
  return first === undefined ? options.cwd : dirname(first);
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
  return names.filter((_, index) => kinds[index] === 'file').map((name) => join(directory, name));
}

function warnAboutChoice(candidates: readonly string[], report: Report, reader: SourceReader): void {
  const [first] = candidates;
  if (first === undefined || candidates.length < 2) return;
  const names = candidates.map((path) => reader.shown(path)).join(', ');
  report.warn('compose.conflict', `Found multiple config files with supported names: ${names}`, {
    hint: `Using ${reader.shown(first)}; remove the others or choose with -f.`,
  });
}
