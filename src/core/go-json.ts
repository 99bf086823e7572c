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
  const text = (raw: string): string => goString(raw, escapeHtml);
  const write = (part: Encoded, margin: string): string => {
    if (part === null) return 'null';
    if (typeof part === 'string') return text(part);
    if (typeof part !== 'object') return String(part);
    if (part instanceof Spelled) return part.json;
    const inner = indent === 0 ? '' : `${margin}${' '.repeat(indent)}`;
    const rows: string[] = [];
    const list = part instanceof Map ? undefined : (part as readonly Encoded[]);
    if (list !== undefined) for (const item of list) rows.push(write(item, inner));
    else {
      const colon = indent === 0 ? ':' : ': ';
      for (const [key, item] of part as ReadonlyMap<string, Encoded>)
        rows.push(`${text(key)}${colon}${write(item, inner)}`);
    }
    const [open, close] = list === undefined ? ['{', '}'] : ['[', ']'];
    if (rows.length === 0) return `${open}${close}`;
    if (indent === 0) return `${open}${rows.join(',')}${close}`;
    return `${open}\n${inner}${rows.join(`,\n${inner}`)}\n${margin}${close}`;
  };
  return write(value, '');
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
