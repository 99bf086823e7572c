import { createHash } from 'node:crypto';
import { canonicalService, type ModelPath, type Project, type Service } from '../../compose/index.ts';
import { type Encoded, goJson } from '../../core/go-json.ts';
import { hasCredentials } from '../../core/redact.ts';
import { isSecretName } from '../../core/secret-name.ts';
import { commandKeys, secretStart } from '../../core/secret-word.ts';
import { pathText } from './finding.ts';

/** A definition longer than this is not kept: labels come with every list of containers. */
const longest = 32 * 1024;

/**
 * What a service is defined to be, as the label that Flotilla keeps beside docker compose's hash of it: the hash says
 * that something changed, this says what. Secrets are there as digests. Undefined when it would be too long.
 */
export function definitionLabel(project: Project, service: Service): string | undefined {
  const text = goJson(hideSecrets(canonicalService(service), saltOf(project, service), []), {
    escapeHtml: false,
  });
  return text.length > longest ? undefined : text;
}

/** One field that differs; `before` or `after` is absent when the field is. */
export interface FieldChange {
  /** `environment.LOG_LEVEL`, `ports[0].published` */
  readonly path: string;
  /** The same as keys and indexes. */
  readonly place: ModelPath;
  /** JSON, or `(secret)`. */
  readonly before?: string;
  readonly after?: string;
}

/** What changed since a container was made; undefined when its label does not tell. */
export function definitionChanges(
  label: string | undefined,
  project: Project,
  service: Service,
): readonly FieldChange[] | undefined {
  const before = parse(label);
  if (before === undefined) return undefined;
  const after = hideSecrets(canonicalService(service), saltOf(project, service), []);
  return compare(before, plain(after), []);
}

/** `environment.LOG_LEVEL "info" -> "debug"`, values cut to so many characters. */
export function formatChange(change: FieldChange, width = Number.POSITIVE_INFINITY): string {
  const { path } = change;
  const [before, after] = [change.before, change.after].map((text) =>
    text === undefined || text.length <= width ? text : `${text.slice(0, width - 1)}…`,
  );
  if (before === undefined) return `${path} ${after} is new`;
  if (after === undefined) return `${path} ${before} is gone`;
  // Only a secret in it differs.
  return before === after ? `${path} changed` : `${path} ${before} -> ${after}`;
}

/** So that equal secrets of two services do not look equal. */
function saltOf(project: Project, service: Service): string {
  return `${project.name}/${service.name}`;
}

const digestPrefix = 'flotilla-digest:';
const secretText = '(secret)';

/** Variables, build arguments, labels and options of commands with telling names, and addresses with a password. */
function hideSecrets(value: Encoded, salt: string, path: readonly string[]): Encoded {
  if (typeof value === 'string') {
    const named = path.length > 1 && isSecretName(path.at(-1) ?? '');
    return named || hasCredentials(value) ? digest(value, salt, path) : value;
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, hideSecrets(item, salt, [...path, key])]));
  }
  if (!Array.isArray(value)) return value;
  const isCommand = commandKeys.has(path.at(-1) ?? '');
  return value.map((item: Encoded, index) => {
    const start = isCommand ? secretStart(value, index) : undefined;
    if (typeof item !== 'string' || start === undefined) return hideSecrets(item, salt, path);
    return `${item.slice(0, start)}${digest(item.slice(start), salt, path)}`;
  });
}

/** Short: enough to see that a value changed. A weak password can still be guessed from it, as from the config hash. */
function digest(value: string, salt: string, path: readonly string[]): string {
  const hash = createHash('sha256')
    .update(`${salt}\0${path.join('.')}\0${value}`)
    .digest('hex');
  return `${digestPrefix}${hash.slice(0, 8)}`;
}

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

function parse(label: string | undefined): Plain | undefined {
  if (label === undefined) return undefined;
  try {
    return JSON.parse(label) as Plain;
  } catch {
    return undefined;
  }
}

function plain(value: Encoded): Plain {
  return JSON.parse(goJson(value)) as Plain;
}

function compare(
  before: Plain | undefined,
  after: Plain | undefined,
  place: ModelPath,
): readonly FieldChange[] {
  if (isMapping(before) && isMapping(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      compare(own(before, key), own(after, key), [...place, key]),
    );
  }
  if (isListOfMappings(before) && isListOfMappings(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      compare(before[index], after[index], [...place, index]),
    ).flat();
  }
  const [left, right] = [JSON.stringify(before), JSON.stringify(after)];
  if (left === right) return [];
  return [
    {
      path: pathText(place),
      place,
      ...(left === undefined ? {} : { before: shown(left) }),
      ...(right === undefined ? {} : { after: shown(right) }),
    },
  ];
}

function shown(json: string): string {
  return json.startsWith(`"${digestPrefix}`) ? secretText : json.replaceAll(digests, secretText);
}

const digests = new RegExp(`${digestPrefix}[0-9a-f]{8}`, 'g');

function own(mapping: { readonly [key: string]: Plain }, key: string): Plain | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

function isMapping(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfMappings(value: Plain | undefined): value is readonly { readonly [key: string]: Plain }[] {
  return Array.isArray(value) && value.every(isMapping);
}
