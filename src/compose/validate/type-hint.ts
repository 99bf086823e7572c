import { isMapping, type Place } from './place.ts';
import { typesOf } from './type-names.ts';

/** The next move when a value has the wrong type. */
export function typeHint(place: Place): string | undefined {
  const { value, schema } = place;
  const accepts = new Set(typesOf(schema));
  if (value === null || value === undefined) return emptyHint(place, accepts);
  if (Array.isArray(value)) return listHint(place, value, accepts);
  if (isMapping(value)) return mappingHint(place, value, accepts);
  return scalarHint(place, value, accepts);
}

function emptyHint(place: Place, accepts: ReadonlySet<string>): string | undefined {
  const key = place.path.at(-1);
  if (typeof key !== 'string') return 'the item has no value; give it one or remove it';
  if (isService(place))
    return `\`${key}:\` has nothing below it; give it at least an \`image\` or a \`build\``;
  const what = accepts.has('object') ? 'nothing below it' : 'no value';
  return `\`${key}:\` has ${what}; fill it in or remove the line`;
}

function listHint(place: Place, items: readonly unknown[], accepts: ReadonlySet<string>): string | undefined {
  const key = place.path.at(-1);
  if (accepts.has('object') && !accepts.has('array')) {
    return items.every((item) => isMapping(item) || typeof item === 'string')
      ? 'write `key: value` lines without the dashes'
      : undefined;
  }
  if (isText(accepts)) return `\`${key}\` takes one value; remove the dash or the brackets`;
  return undefined;
}

function mappingHint(
  place: Place,
  value: Readonly<Record<string, unknown>>,
  accepts: ReadonlySet<string>,
): string | undefined {
  const [pair] = Object.entries(value);
  const isItem = typeof place.path.at(-1) === 'number';
  if (isItem && isText(accepts)) return itemHint(place, value);
  if (accepts.has('array') && pair !== undefined) {
    const example = scalarText(pair[1]);
    return example === undefined
      ? 'write a list: one line with a dash for each entry'
      : `write a list: \`- "${pair[0]}:${example}"\``;
  }
  return undefined;
}

/** `- KEY: value` among lines of text. */
function itemHint(place: Place, value: Readonly<Record<string, unknown>>): string | undefined {
  const pairs = Object.entries(value);
  const [pair] = pairs;
  const text = scalarText(pair?.[1]);
  if (pair === undefined || text === undefined) return undefined;
  const listAccepts = new Set(typesOf(place.parent?.schema ?? {}));
  if (listAccepts.has('object')) {
    return `write \`- ${pair[0]}=${text}\`, or \`${pair[0]}: …\` without the dash on every line`;
  }
  return pairs.length === 1 ? `quote it: \`- "${pair[0]}: ${text}"\`` : undefined;
}

function scalarHint(place: Place, value: unknown, accepts: ReadonlySet<string>): string | undefined {
  const key = String(place.path.at(-1));
  if (accepts.has('string') && typeof value !== 'string') return quoteHint(key, value);
  if (accepts.has('boolean'))
    return `write \`true\` or \`false\`${typeof value === 'string' ? ' without quotes' : ''}`;
  if (accepts.has('integer') || accepts.has('number')) return 'write a number without quotes';
  if (accepts.has('array')) return `write a list: \`- ${quoted(value)}\``;
  if (accepts.has('object')) return settingHint(place, value);
  return undefined;
}

function quoteHint(key: string, value: unknown): string {
  if (typeof value === 'number' && durationKeys.has(key)) return `give it a unit: \`${value}s\``;
  if (key === 'restart' && value === false) return 'quote it: `"no"`';
  return Number.isInteger(value) || typeof value === 'boolean'
    ? `quote it: \`"${value}"\``
    : 'put it in quotes';
}

/** A bare word where settings are wanted: names the setting that the word usually belongs to. */
function settingHint(place: Place, value: unknown): string | undefined {
  const key = String(place.path.at(-1));
  const setting = isService(place) ? 'image' : settingOfBareValue[key];
  if (setting !== undefined) return `write \`${setting}: ${String(value)}\` below \`${key}:\``;
  return `write \`key: value\` lines below \`${key}:\``;
}

function isService(place: Place): boolean {
  return place.path.length === 2 && place.path[0] === 'services';
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
  return /^[A-Za-z_./][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}

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

const settingOfBareValue: Readonly<Record<string, string>> = {
  healthcheck: 'test',
  logging: 'driver',
  provider: 'type',
  deploy: 'mode',
  credential_spec: 'file',
};
