import type { Encoded } from '../../core/go-json.ts';
import { redact } from '../../core/redact.ts';
import { looksSecret } from './names.ts';

/** What stands for a secret. */
const placeholder = '***';

/**
 * A model as `config` prints it, without its secrets: the content of configs and secrets, values of variables, build
 * arguments, labels and options whose names look secret, passwords in URLs, and what of all this interpolation put
 * into commands and other texts. Names, references such as `${TOKEN}` and paths of files stay.
 */
export function redactModel(model: Encoded, environment: ReadonlyMap<string, string>): Encoded {
  const known = new Set<string>();
  for (const [name, value] of environment) if (isSecret(name, value)) collect(value, known);
  gather(model, known);
  const secrets = [...known].sort((a, b) => b.length - a.length);
  return hide(model, [], secrets);
}

/** The values that are hidden at their own place, to find them at others. */
function gather(value: Encoded, known: Set<string>): void {
  if (value instanceof Map) {
    for (const [key, item] of value as ReadonlyMap<string, Encoded>) {
      if (typeof item === 'string' && isSecret(key, item)) collect(item, known);
      else gather(item, known);
    }
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Encoded[]) {
      const pair = typeof item === 'string' ? splitPair(item) : undefined;
      if (pair === undefined) gather(item, known);
      else if (isSecret(pair.name, pair.value)) collect(pair.value, known);
    }
  }
}

/** Short values and plain numbers stand in too many texts by chance. */
function collect(value: string, known: Set<string>): void {
  if (value.length >= 6 && !/^\d+$/.test(value)) known.add(value);
}

function hide(value: Encoded, path: readonly string[], secrets: readonly string[]): Encoded {
  if (typeof value === 'string') return hideText(value, path, secrets);
  if (Array.isArray(value)) return (value as readonly Encoded[]).map((item) => hideItem(item, path, secrets));
  if (!(value instanceof Map)) return value;
  const mapping = value as ReadonlyMap<string, Encoded>;
  return new Map([...mapping].map(([key, item]) => [key, hideEntry(key, item, path, secrets)]));
}

function hideEntry(key: string, item: Encoded, path: readonly string[], secrets: readonly string[]): Encoded {
  const below = [...path, key];
  if (item === null || item instanceof Map || Array.isArray(item)) return hide(item, below, secrets);
  const text = String(item);
  if (isContent(below) && text !== '') return placeholder;
  return isSecret(key, text) ? placeholder : hide(item, below, secrets);
}

function hideItem(item: Encoded, path: readonly string[], secrets: readonly string[]): Encoded {
  const pair = typeof item === 'string' ? splitPair(item) : undefined;
  if (pair !== undefined && isSecret(pair.name, pair.value)) return `${pair.lead}=${placeholder}`;
  return hide(item, path, secrets);
}

function hideText(text: string, path: readonly string[], secrets: readonly string[]): string {
  const withoutKeys = text.replace(privateKey, placeholder);
  if (!isFreeText(path)) return redact(withoutKeys);
  return redact(secrets.reduce((rest, secret) => rest.replaceAll(secret, placeholder), withoutKeys));
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** `configs.NAME.content`, `secrets.NAME.content`. */
function isContent(path: readonly string[]): boolean {
  const [section, , key] = path;
  return path.length === 3 && key === 'content' && (section === 'configs' || section === 'secrets');
}

/** Where people write texts with variables in them; names, images and paths are left to be recognised. */
function isFreeText(path: readonly string[]): boolean {
  return path.some((key) => key.startsWith('x-') || freeTexts.has(key));
}

const freeTexts = new Set([
  'annotations',
  'args',
  'command',
  'dockerfile_inline',
  'driver_opts',
  'entrypoint',
  'environment',
  'labels',
  'log_opt',
  'options',
  'runtime_flags',
  'test',
]);

/** `NAME=value`, also as the flag `--name=value`. */
function splitPair(
  text: string,
): { readonly lead: string; readonly name: string; readonly value: string } | undefined {
  const match = /^(-{0,2}([A-Za-z_][\w.-]*))=([\s\S]*)$/.exec(text);
  return match === null ? undefined : { lead: match[1] ?? '', name: match[2] ?? '', value: match[3] ?? '' };
}

function isSecret(name: string, value: string): boolean {
  return value !== '' && looksSecret(name) && !isReference(name, value);
}

/** A variable that will be replaced later, or the path of the file that holds the secret. */
function isReference(name: string, value: string): boolean {
  if (/^\$(?:\w+|\{\w+(?:[?:]\?[^}]*)?\})$/.test(value)) return true;
  return /(?:^|[_.-])(?:file|path|dir)$/i.test(name) && /^[./~]/.test(value);
}
