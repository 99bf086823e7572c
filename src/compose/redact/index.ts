import type { Encoded } from '../../core/go-json.ts';
import { redact } from '../../core/redact.ts';
import { isSecretName } from '../../core/secret-name.ts';
import { commandKeys, secretStart } from '../../core/secret-word.ts';
import { hideSettings } from './settings.ts';

/** What stands for a secret. */
const placeholder = '***';

/**
 * A model as `config` prints it, without its secrets: the content of configs and secrets, values of variables, build
 * arguments, labels and options whose names look secret, passwords in URLs, and what of all this interpolation put
 * into commands and other texts. Names, references such as `${TOKEN}` and paths of files stay.
 */
export function redactModel(model: Encoded, environment: ReadonlyMap<string, string>): Encoded {
  const known = new Set<string>();
  for (const [name, value] of environment) if (isSecretName(name)) collect(value, known);
  gather(model, [], known);
  const secrets = [...known].sort((a, b) => b.length - a.length);
  return hide(model, [], secrets);
}

/** The values that are hidden at their own place, to find them at others. */
function gather(value: Encoded, path: readonly string[], known: Set<string>): void {
  if (value instanceof Map) {
    for (const [key, item] of value as ReadonlyMap<string, Encoded>) {
      const below = [...path, key];
      if (typeof item === 'string' && isSecretAt(below, item)) collect(item, known);
      else gather(item, below, known);
    }
  } else if (Array.isArray(value)) {
    const items = value as readonly Encoded[];
    for (const [index, item] of items.entries()) {
      const start = startOfSecret(items, index, path);
      if (typeof item === 'string' && start !== undefined) collect(item.slice(start), known);
      else gather(item, path, known);
    }
  }
}

/** Short values and plain numbers stand in too many texts by chance. */
function collect(value: string, known: Set<string>): void {
  if (value.length >= 6 && !/^\d+$/.test(value)) known.add(value);
}

function hide(value: Encoded, path: readonly string[], secrets: readonly string[]): Encoded {
  if (typeof value === 'string') return hideText(value, path, secrets);
  if (Array.isArray(value)) {
    return (value as readonly Encoded[]).map((item, index, items) => {
      const start = startOfSecret(items, index, path);
      if (typeof item !== 'string' || start === undefined) return hide(item, path, secrets);
      return `${item.slice(0, start)}${placeholder}`;
    });
  }
  if (!(value instanceof Map)) return value;
  const mapping = value as ReadonlyMap<string, Encoded>;
  return new Map([...mapping].map(([key, item]) => [key, hideEntry(key, item, path, secrets)]));
}

function hideEntry(key: string, item: Encoded, path: readonly string[], secrets: readonly string[]): Encoded {
  const below = [...path, key];
  if (item === null || item instanceof Map || Array.isArray(item)) return hide(item, below, secrets);
  const text = String(item);
  if (isContent(below) && text !== '') return placeholder;
  return isSecretAt(below, text) ? placeholder : hide(item, below, secrets);
}

function hideText(text: string, path: readonly string[], secrets: readonly string[]): string {
  const withoutKeys = text.replace(privateKey, placeholder);
  if (!isFreeText(path)) return redact(withoutKeys);
  const withoutKnown = secrets.reduce((rest, secret) => rest.replaceAll(secret, placeholder), withoutKeys);
  return redact(hideSettings(withoutKnown, placeholder, isReference));
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

/** Where in an item of a list the secret begins: `TOKEN=x`, `--password=x`, and what is behind `--password`. */
function startOfSecret(
  items: readonly Encoded[],
  index: number,
  path: readonly string[],
): number | undefined {
  const item = items[index];
  if (typeof item !== 'string' || !isFreeText(path)) return undefined;
  const start = commandKeys.has(path.at(-1) ?? '') ? secretStart(items, index) : secretStart([item], 0);
  return start === undefined || isReference(item.slice(start)) ? undefined : start;
}

/** Elsewhere names are those of networks, hosts and folders. */
function isSecretAt(path: readonly string[], value: string): boolean {
  return value !== '' && isFreeText(path) && isSecretName(path.at(-1) ?? '') && !isReference(value);
}

/** A variable that will be replaced later. */
function isReference(value: string): boolean {
  return /^\$(?:\w+|\{\w+(?::?\?[^}]*)?\})$/.test(value);
}
