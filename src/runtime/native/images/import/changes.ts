import { FlotillaError } from '../../../../core/error.ts';
import { quote } from '../../../../core/text.ts';
import { pairsOf, wordsOf } from './words.ts';

/** The `config` of an image configuration, as it is written. */
export type ConfigFields = Readonly<Record<string, unknown>>;

/**
 * Applies lines of a Dockerfile to a configuration: what `docker import --change` knows, each in its form of words or
 * of JSON. Throws `cli.usage` for others.
 */
export function applyChanges(fields: ConfigFields, changes: readonly string[]): ConfigFields {
  let changed = fields;
  for (const change of changes) {
    const [, name = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(change) ?? [];
    const apply = instructions[name.toUpperCase()];
    if (apply === undefined || rest === '')
      throw bad(change, `one of ${Object.keys(instructions).join(', ')} with its value is wanted`);
    changed = { ...changed, ...apply(rest, changed, change) };
  }
  return changed;
}

type Instruction = (rest: string, before: ConfigFields, change: string) => ConfigFields;

const instructions: Readonly<Record<string, Instruction>> = {
  CMD: (rest, _, change) => ({ Cmd: commandOf(rest, change) }),
  ENTRYPOINT: (rest, _, change) => ({ Entrypoint: commandOf(rest, change) }),
  ENV: (rest, { Env }, change) => {
    const added = pairs(rest, change);
    const names = new Set(added.map(([name]) => name));
    const kept = listOf(Env).filter((entry) => !names.has(entry.split('=')[0] ?? ''));
    return { Env: [...kept, ...added.map(([name, value]) => `${name}=${value}`)] };
  },
  LABEL: (rest, { Labels }, change) => ({
    Labels: { ...objectOf(Labels), ...Object.fromEntries(pairs(rest, change)) },
  }),
  EXPOSE: (rest, { ExposedPorts }, change) => ({
    ExposedPorts: { ...objectOf(ExposedPorts), ...keys(wordsOf(rest).map((port) => portOf(port, change))) },
  }),
  VOLUME: (rest, { Volumes }, change) => ({
    Volumes: { ...objectOf(Volumes), ...keys(jsonWords(rest, change) ?? wordsOf(rest)) },
  }),
  USER: (rest) => ({ User: rest }),
  WORKDIR: (rest, { WorkingDir }) => ({
    WorkingDir: rest.startsWith('/') ? rest : `${typeof WorkingDir === 'string' ? WorkingDir : ''}/${rest}`,
  }),
  STOPSIGNAL: (rest) => ({ StopSignal: rest }),
  ONBUILD: (rest, { OnBuild }) => ({ OnBuild: [...listOf(OnBuild), rest] }),
};

/** JSON is taken as it is, words are for a shell. */
function commandOf(rest: string, change: string): readonly string[] {
  return jsonWords(rest, change) ?? ['/bin/sh', '-c', rest];
}

function jsonWords(rest: string, change: string): readonly string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(rest);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
  } catch {
    // Told below.
  }
  throw bad(change, 'a list in JSON of texts is wanted');
}

function pairs(rest: string, change: string): readonly (readonly [string, string])[] {
  const found = pairsOf(rest);
  if (found === undefined) throw bad(change, 'NAME=VALUE is wanted');
  return found;
}

function portOf(port: string, change: string): string {
  const [, number, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(port) ?? [];
  if (number === undefined) throw bad(change, `${quote(port)} is no port`);
  return `${number}/${protocol.toLowerCase()}`;
}

function keys(names: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function bad(change: string, reason: string): FlotillaError {
  return new FlotillaError('cli.usage', `the change ${quote(change)} makes no sense: ${reason}`, {
    hint: 'Changes are lines of a Dockerfile, such as `CMD ["/bin/sh"]` or `ENV NAME=VALUE`.',
  });
}
