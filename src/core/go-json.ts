/**
 * JSON as Go's encoding/json writes it, for texts that must be equal byte for byte: hashes and `config` output. The
 * order of keys is the caller's. See https://pkg.go.dev/encoding/json.
 */
export type Encoded =
  | null
  | boolean
  | number
  | bigint
  | string
  | Spelled
  | readonly Encoded[]
  | ReadonlyMap<string, Encoded>;

/** A scalar whose texts are known: dates, and floats, which JavaScript does not tell from whole numbers. */
export class Spelled {
  readonly json: string;
  readonly yaml: string;

  constructor(json: string, yaml: string) {
    this.json = json;
    this.yaml = yaml;
  }
}

export interface GoJsonOptions {
  /** Spaces per level; 0 puts everything on one line. */
  readonly indent?: number;
  /** Escape `<`, `>` and `&`, as Go does unless told otherwise. */
  readonly escapeHtml?: boolean;
}

export function goJson(value: Encoded, { indent = 0, escapeHtml = true }: GoJsonOptions = {}): string {
  return indent === 0 ? compact(value, escapeHtml) : spread(value, escapeHtml, ' '.repeat(indent), '');
}

/** On one line; hashes are made from it, of every service of a large project. */
function compact(part: Encoded, escapeHtml: boolean): string {
  if (part === null || typeof part !== 'object' || part instanceof Spelled) return scalar(part, escapeHtml);
  let text = '';
  if (part instanceof Map) {
    for (const [key, item] of part as ReadonlyMap<string, Encoded>)
      text += `${text === '' ? '' : ','}${goString(key, escapeHtml)}:${compact(item, escapeHtml)}`;
    return `{${text}}`;
  }
  for (const item of part as readonly Encoded[])
    text += `${text === '' ? '' : ','}${compact(item, escapeHtml)}`;
  return `[${text}]`;
}

function spread(part: Encoded, escapeHtml: boolean, step: string, margin: string): string {
  if (part === null || typeof part !== 'object' || part instanceof Spelled) return scalar(part, escapeHtml);
  const inner = `${margin}${step}`;
  const below = (item: Encoded): string => spread(item, escapeHtml, step, inner);
  const isMapping = part instanceof Map;
  const rows = isMapping
    ? [...(part as ReadonlyMap<string, Encoded>)].map(
        ([key, item]) => `${goString(key, escapeHtml)}: ${below(item)}`,
      )
    : (part as readonly Encoded[]).map(below);
  const [open, close] = isMapping ? ['{', '}'] : ['[', ']'];
  return rows.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${rows.join(`,\n${inner}`)}\n${margin}${close}`;
}

function scalar(part: null | boolean | number | bigint | string | Spelled, escapeHtml: boolean): string {
  if (typeof part === 'string') return goString(part, escapeHtml);
  return part instanceof Spelled ? part.json : String(part);
}

function goString(raw: string, escapeHtml: boolean): string {
  if (!unsafe.test(raw)) return `"${raw}"`;
  const text = JSON.stringify(raw);
  if (!special.test(text)) return text;
  return text.replace(specials, (character) => {
    if (!escapeHtml && (character === '<' || character === '>' || character === '&')) return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** What may need an escape in some way. */
const unsafe = /[^\w .:;,/@$%(){}[\]=+*?!#'|~^`-]/;
const special = /[<>&\u2028\u2029]/;
const specials = /[<>&\u2028\u2029]/g;
