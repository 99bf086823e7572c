import { definition, isMapping, isService, ownSchema, type Place, schemaBelow } from './place.ts';
import { typesOf } from './type-names.ts';

/** The next move when a value has the wrong type. Shows no value that may come from a secret variable. */
export function typeHint(place: Place): string | undefined {
  const { value, schema } = place;
  const accepts = new Set(typesOf(schema));
  if (value === null || value === undefined) return emptyHint(place, accepts);
  if (typeof value === 'symbol') return 'put it in quotes: without them YAML reads a date';
  if (Array.isArray(value)) return listHint(place, value, accepts);
  if (isMapping(value)) return mappingHint(place, value, accepts);
  return scalarHint(place, value, accepts);
}

function emptyHint(place: Place, accepts: ReadonlySet<string>): string | undefined {
  const key = place.path.at(-1);
  if (place.path.length === 0) return 'the file is empty; it needs `services:` with at least one service';
  if (typeof key !== 'string') return 'the item has no value; give it one or remove it';
  if (isService(place))
    return `\`${key}:\` has nothing below it; give it at least an \`image\` or a \`build\``;
  if (place.schema === definition('dependency')) {
    return `write \`condition: service_started\` below \`${key}:\`, or give a list of names in place of the mapping`;
  }
  const what = accepts.has('object') ? 'nothing below it' : 'no value';
  return `\`${key}:\` has ${what}; fill it in or remove the line`;
}

function listHint(place: Place, items: readonly unknown[], accepts: ReadonlySet<string>): string | undefined {
  const key = place.path.at(-1);
  if (typeof key === 'number' && isText(accepts))
    return 'a list stands within the list: take one dash, or one pair of brackets, away';
  if (accepts.has('object') && !accepts.has('array')) {
    const [first] = items;
    const pair = isMapping(first) ? Object.keys(first)[0] : undefined;
    if (pair !== undefined) return `take the dashes away: \`${pair}:\` and its like stand below \`${key}:\``;
    return typeof first === 'string' && /^[\w.-]+$/.test(first)
      ? `write \`${first}:\` without the dash, and its settings below it`
      : 'write `key: value` lines without the dashes';
  }
  if (isText(accepts)) return `\`${key}\` takes one value; remove the dash or the brackets`;
  return undefined;
}

function mappingHint(
  place: Place,
  value: Readonly<Record<string, unknown>>,
  accepts: ReadonlySet<string>,
): string | undefined {
  const key = place.path.at(-1);
  const long = Object.keys(value).find((each) => longFormKeys.has(each));
  if (isText(accepts) && long !== undefined && ownSchema(schemaBelow(place.schema, 0), long) === undefined) {
    const where = typeof key === 'number' ? 'after the dash' : `after \`${key}:\``;
    return `there is no long form here: write what stands after \`${long}:\` directly ${where}`;
  }
  if (accepts.has('array')) return listOfPairsHint(place, value);
  if (typeof key === 'number') return itemHint(place, value);
  return isText(accepts) ? `\`${key}\` takes one value, not \`key: value\` lines` : undefined;
}

/** `key: value` lines where a list is wanted. */
function listOfPairsHint(place: Place, value: Readonly<Record<string, unknown>>): string {
  const [pair] = Object.entries(value);
  const items = schemaBelow(place.schema, 0);
  if (pair !== undefined && ownSchema(items, pair[0]) !== undefined) {
    return `write a list: put a dash before \`${pair[0]}\``;
  }
  const text = scalarText(pair?.[1]);
  return pair === undefined || text === undefined
    ? 'write a list: one line with a dash for each entry'
    : `write a list: \`- "${pair[0]}:${text}"\``;
}

/** `- KEY: value` where `- KEY=value` or plain text is wanted. */
function itemHint(place: Place, value: Readonly<Record<string, unknown>>): string | undefined {
  const [pair, ...more] = Object.entries(value);
  if (pair === undefined) return undefined;
  if (isMapping(pair[1])) return `take the dash away: \`${pair[0]}:\` with its settings below it`;
  if (more.length > 0) return 'write one text after the dash, not `key: value` lines';
  if (scalarText(pair[1]) === undefined) return undefined;
  return typesOf(place.parent?.schema ?? {}).includes('object')
    ? `write \`- ${pair[0]}=…\`, or \`${pair[0]}: …\` without the dash`
    : `quote it: \`- "${pair[0]}: …"\``;
}

function scalarHint(place: Place, value: unknown, accepts: ReadonlySet<string>): string | undefined {
  const key = String(place.path.at(-1));
  if (accepts.has('boolean') && !accepts.has('number')) {
    return `write \`true\` or \`false\`${typeof value === 'string' ? ' without quotes' : ''}`;
  }
  if (accepts.has('integer') && !accepts.has('number')) return 'write a whole number';
  if (accepts.has('number')) return `write a number${typeof value === 'string' ? ' without quotes' : ''}`;
  if (accepts.has('string')) return quoteHint(key, value);
  if (takesPairs(place)) {
    return typeof value === 'string' && /^\w+=/.test(value)
      ? `write \`- KEY=…\` or \`KEY: …\` below \`${key}:\``
      : `write \`key: value\` lines below \`${key}:\``;
  }
  if (accepts.has('array')) return listOfTextHint(value);
  return accepts.has('object') ? settingHint(place, value) : undefined;
}

function listOfTextHint(value: unknown): string {
  if (typeof value === 'string' && /^-\S/.test(value)) return 'put a space after each dash';
  return `write a list: \`- ${quoted(value)}\``;
}

function quoteHint(key: string, value: unknown): string {
  if (key === 'version') return 'remove the line; `version` has no meaning any more';
  if (typeof value === 'number' && durationKeys.has(key)) return `give it a unit: \`${value}s\``;
  if (key === 'restart' && value === false) return 'quote it: `"no"`';
  return Number.isInteger(value) || typeof value === 'boolean'
    ? `quote it: \`"${value}"\``
    : 'put it in quotes';
}

/** A bare word where settings are wanted: names the setting that the word usually belongs to. */
function settingHint(place: Place, value: unknown): string | undefined {
  const key = String(place.path.at(-1));
  if (place.schema === definition('volume')) {
    return `leave \`${key}:\` empty; a path of the host goes into the \`volumes\` of a service`;
  }
  if (isService(place)) return serviceHint(key, String(value));
  if (place.schema === definition('dependency')) {
    const known = ownSchema(place.schema, 'condition')?.enum?.includes(String(value)) === true;
    return `write \`condition: ${known ? String(value) : 'service_started'}\` below \`${key}:\``;
  }
  if (place.schema === definition('secret') || place.schema === definition('config')) {
    return isPath(value)
      ? `write \`file: ${value}\` below \`${key}:\``
      : `write \`file: …\` or \`environment: …\` below \`${key}:\``;
  }
  const setting = settingOfBareValue.get(key);
  if (setting !== undefined) return `write it as \`${setting}: …\` below \`${key}:\``;
  return `write \`key: value\` lines below \`${key}:\``;
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && /^(?:~|\.{0,2}\/)|^[\w-]+\.\w{1,5}$/.test(value);
}

/** `image:nginx` is text to YAML, and so is an image by itself. */
function serviceHint(name: string, value: string): string {
  const [, key = '', rest = ''] = /^([a-z_]+):(\S+)$/.exec(value) ?? [];
  return ownSchema(definition('service'), key) === undefined
    ? `write \`image: ${value}\` below \`${name}:\``
    : `a space belongs after the colon: \`${key}: ${rest}\``;
}

/** `key: value` or `- key=value` lines of text, such as variables. */
function takesPairs({ schema }: Place): boolean {
  return typesOf(schemaBelow(schema, '')).includes('string') && typesOf(schema).includes('array');
}

function isText(accepts: ReadonlySet<string>): boolean {
  return accepts.has('string') || accepts.has('number') || accepts.has('integer') || accepts.has('boolean');
}

function scalarText(value: unknown): string | undefined {
  if (value === null) return '';
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}

function quoted(value: unknown): string {
  const text = String(value);
  return /^[A-Za-z_./][\w./=-]*$/.test(text) ? text : JSON.stringify(text);
}

/** What the long forms of files and mounts are about. */
const longFormKeys: ReadonlySet<string> = new Set(['path', 'file', 'source']);

const durationKeys: ReadonlySet<string> = new Set([
  'stop_grace_period',
  'pull_refresh_after',
  'interval',
  'timeout',
  'start_period',
  'start_interval',
  'delay',
  'monitor',
  'window',
]);

const settingOfBareValue: ReadonlyMap<string, string> = new Map([
  ['healthcheck', 'test'],
  ['logging', 'driver'],
  ['provider', 'type'],
  ['deploy', 'mode'],
  ['credential_spec', 'file'],
]);
