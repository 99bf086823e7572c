import { join } from 'node:path';
import { quote } from '../../core/text.ts';
import { parseDotenv } from '../dotenv/parse.ts';
import type { KnownNames, Lookup } from '../interpolate/index.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Report } from '../report.ts';
import { type TracedEnvFile, tracedEnvFile } from '../trace.ts';
import type { Origin } from '../tree/node.ts';
import type { ReadDetails, SourceReader } from './reader.ts';

/** What interpolation sees: the process environment, then env files. Grows while files are found. */
export class ProjectEnvironment {
  readonly #values: Map<string, string>;

  constructor(processEnvironment: LoadOptions['environment']) {
    this.#values = new Map();
    for (const [name, value] of Object.entries(processEnvironment)) {
      if (value !== undefined) this.#values.set(name, value);
    }
  }

  readonly lookup: Lookup = (name) => this.#values.get(name);

  readonly names: KnownNames = () => this.#values.keys();

  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  addMissing(entries: ReadonlyMap<string, string>): void {
    for (const [name, value] of entries) if (!this.#values.has(name)) this.#values.set(name, value);
  }
}

/** `--env-file`, else COMPOSE_ENV_FILES; empty means the default `.env`. */
export function chosenEnvFiles(options: LoadOptions): readonly string[] {
  if (options.envFiles?.length) return options.envFiles;
  return (options.environment['COMPOSE_ENV_FILES'] ?? '').split(',').filter((file) => file !== '');
}

/** Reads the chosen env files, or `.env` of the directory when none is chosen and it is there. */
export async function readProjectEnvFiles(
  options: LoadOptions,
  directory: string,
  environment: ProjectEnvironment,
  reader: SourceReader,
  report: Report,
  traced?: TracedEnvFile[],
): Promise<void> {
  const chosen = chosenEnvFiles(options);
  if (chosen.length > 0) {
    environment.addMissing(
      await readEnvFiles(
        chosen.map((file) => reader.resolve(file)),
        environment.lookup,
        reader,
        report,
        traced,
      ),
    );
    return;
  }
  if (isWithoutDefault(environment.lookup, report)) return;
  const path = join(directory, '.env');
  if ((await reader.kind(path)) !== 'file') return;
  const entries = await readEnvFiles([path], environment.lookup, reader, report, traced);
  const withEntries: Lookup = (name) => environment.lookup(name) ?? entries.get(name);
  // A `.env` may switch itself off; what it says to Compose holds all the same.
  environment.addMissing(isWithoutDefault(withEntries, report) ? ofCompose(entries) : entries);
}

function isWithoutDefault(lookup: Lookup, report: Report): boolean {
  const value = lookup('COMPOSE_DISABLE_ENV_FILE');
  if (value === undefined || no.has(value)) return false;
  if (!yes.has(value))
    report.error('compose.invalid-value', `COMPOSE_DISABLE_ENV_FILE is ${quote(value)}, and not yes or no`, {
      hint: 'Set it to "true" or "false", or unset it.',
    });
  return true;
}

/** Words of docker compose, in these spellings only. */
const yes: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);
const no: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'False', 'FALSE']);

function ofCompose(entries: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...entries].filter(([name]) => name.startsWith('COMPOSE_')));
}

/** Later files override earlier ones and may refer to them; `lookup` wins over all. */
export async function readEnvFiles(
  paths: readonly string[],
  lookup: Lookup,
  reader: SourceReader,
  report: Report,
  traced?: TracedEnvFile[],
  details: ReadDetails = {},
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const path of paths) {
    const source = await reader.read(path, 'env file', details);
    if (source === undefined) continue;
    const places = traced && new Map<string, Origin>();
    const entries = parseDotenv(source, lookup, report, values, places);
    if (places !== undefined) traced?.push(tracedEnvFile(source, entries, places));
    for (const [name, value] of entries) values.set(name, value);
  }
  return values;
}
