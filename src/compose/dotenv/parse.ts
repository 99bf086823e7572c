import type { Lookup } from '../interpolate/index.ts';
import { substitute } from '../interpolate/template.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import type { Origin } from '../tree/node.ts';
import { anyBlank, trimBlanks, trimBlanksAfter, trimBlanksBefore } from './blanks.ts';

/** Keys and values of an env file in file order; a key without `=` that is set nowhere is left out. */
export type EnvEntries = Map<string, string>;

/**
 * Reads an env file: `KEY=value`, `KEY: value`, `export KEY=value`, bare `KEY` to inherit, single and double quotes
 * over several lines, comments, `${…}` in unquoted and double-quoted values. A variable is looked up in `lookup`, then
 * among the earlier keys of the file, then in `earlier` files. `places` gets where the value of each key stands.
 */
export function parseDotenv(
  source: SourceText,
  lookup: Lookup,
  report: Report,
  earlier: ReadonlyMap<string, string | null> = new Map(),
  places?: Map<string, Origin>,
): EnvEntries {
  const entries: EnvEntries = new Map();
  const reader = new Reader(source, lookup, report, entries, earlier, places);
  reader.readAll();
  return entries;
}

/** `format: raw`: each line is KEY=everything after it, without quotes, comments or variables. */
export function parseRawEnv(
  source: SourceText,
  lookup: Lookup,
  report: Report,
  places?: Map<string, Origin>,
): EnvEntries {
  const entries: EnvEntries = new Map();
  let start = 0;
  for (const row of source.text.split('\n')) {
    const line = trimBlanksBefore((start === 0 ? row.replace(/^\uFEFF/, '') : row).replace(/\r$/, ''));
    const at = { source, start, end: start + row.length };
    start += row.length + 1;
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (key === '' || /[ \t]/.test(key)) {
      const message =
        key === '' ? `no variable name on line '${line}'` : `variable '${key}' contains whitespaces`;
      report.error('compose.env-file-syntax', message, {
        at,
        hint: 'In a raw env file each line is KEY=value, with nothing around the "=".',
      });
      continue;
    }
    const value = equals === -1 ? lookup(key) : line.slice(equals + 1);
    if (value !== undefined) entries.set(key, value);
    if (equals !== -1) places?.set(key, at);
  }
  return entries;
}

class Reader {
  readonly #source: SourceText;
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #report: Report;
  readonly #entries: EnvEntries;
  readonly #earlier: ReadonlyMap<string, string | null>;
  readonly #places: Map<string, Origin> | undefined;
  #at: number;

  constructor(
    source: SourceText,
    lookup: Lookup,
    report: Report,
    entries: EnvEntries,
    earlier: ReadonlyMap<string, string | null>,
    places: Map<string, Origin> | undefined,
  ) {
    this.#source = source;
    this.#text = source.text;
    this.#lookup = lookup;
    this.#report = report;
    this.#entries = entries;
    this.#earlier = earlier;
    this.#places = places;
    this.#at = source.text.startsWith('\uFEFF') ? 1 : 0;
  }

  readAll(): void {
    for (;;) {
      this.#skip(anyBlank);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === '#') this.#skipLine();
      else if (!this.#entry()) this.#skipLine();
    }
  }

  /** False when the entry is wrong; the rest of its line is skipped then. */
  #entry(): boolean {
    const start = this.#at;
    if (/^export[\t\n\f\r ]/.test(this.#text.slice(start, start + 7))) {
      this.#at += 'export'.length;
      this.#skip(blank);
    }
    const keyStart = this.#at;
    while (this.#at < this.#text.length) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
      if (character === '=' || character === ':' || character === '\n') break;
      if (keyCharacter.test(character) || blank.test(character)) {
        this.#at += character.length;
        continue;
      }
      return this.#fail(
        `unexpected character ${JSON.stringify(character)} in variable name ${JSON.stringify(this.#lineFrom(keyStart))}`,
        this.#at,
      );
    }
    const key = trimBlanks(this.#text.slice(keyStart, this.#at));
    if (key.includes(' ')) {
      return this.#fail(
        `unexpected character " " in variable name ${JSON.stringify(this.#lineFrom(keyStart))}`,
        keyStart,
      );
    }
    if (blank.test(key)) this.#warnOfBlank(key, keyStart);
    const separator = this.#text[this.#at];
    if (separator !== '=' && separator !== ':') {
      const inherited = this.#lookup(key);
      if (inherited !== undefined) this.#entries.set(key, inherited);
      return true;
    }
    this.#at += 1;
    this.#skip(blank);
    const value = this.#value(key);
    if (value === undefined) return false;
    this.#entries.set(key, value);
    this.#places?.set(key, { source: this.#source, start: keyStart, end: this.#at });
    return true;
  }

  #value(key: string): string | undefined {
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') return this.#quoted(key, quote);
    const start = this.#at;
    const lineEnd = this.#lineEnd(start);
    const line = this.#text.slice(start, lineEnd);
    this.#at = lineEnd;
    // A "#" right behind the "=" is a value, such as a colour.
    const comment = line.indexOf(' #');
    const raw = trimBlanksAfter(comment === -1 ? line : line.slice(0, comment));
    if (/^#\s/.test(raw)) this.#warnOfComment(key, raw, start);
    return this.#expand(raw, start, key);
  }

  #quoted(key: string, quote: string): string | undefined {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== quote) end += this.#text[end] === '\\' ? 2 : 1;
    if (end >= this.#text.length) {
      this.#fail(`unterminated quoted value ${this.#lineFrom(start)}`, start, 'Close the quote.');
      this.#at = this.#text.length;
      return undefined;
    }
    const inside = this.#text.slice(start + 1, end);
    this.#at = end + 1;
    const rest = this.#text.slice(this.#at, this.#lineEnd(this.#at));
    if (/^(?:#.*)?$/.test(trimBlanksBefore(rest))) this.#at += rest.length;
    if (quote === "'") return inside.replaceAll("\\'", "'");
    return this.#expand(withoutEscapes(inside), start, key);
  }

  #expand(raw: string, at: number, key: string): string | undefined {
    if (!raw.includes('$')) return raw;
    const origin = { source: this.#source, start: at, end: Math.max(at + 1, this.#at) };
    const result = substitute(raw, {
      lookup: (name) => this.#lookup(name) ?? this.#entries.get(name) ?? this.#earlier.get(name) ?? undefined,
      unset: (name) =>
        this.#report.warn(
          'compose.unset-variable',
          `The "${name}" variable is not set. Defaulting to a blank string.`,
          {
            at: origin,
            hint: `Set ${name} on an earlier line, or put the value in single quotes to keep the dollar sign.`,
          },
        ),
    });
    if (result.kind === 'text') return result.text;
    if (result.kind === 'required') {
      const reason = result.message === '' ? '' : `: ${result.message}`;
      this.#report.error(
        'compose.required-variable',
        `required variable ${result.name} is missing a value${reason}`,
        { at: origin },
      );
    } else {
      this.#report.error(
        'compose.invalid-interpolation',
        `invalid interpolation format for ${key}: ${JSON.stringify(raw)}`,
        {
          at: origin,
          hint: 'Put the value in single quotes to keep the dollar sign.',
        },
      );
    }
    return undefined;
  }

  #fail(message: string, at: number, hint = 'Each line is KEY=value; a comment starts with "#".'): false {
    const origin = { source: this.#source, start: at, end: at + 1 };
    this.#report.error('compose.env-file-syntax', message, { at: origin, hint });
    return false;
  }

  #warnOfComment(key: string, value: string, start: number): void {
    this.#report.warn(
      'compose.env-file-syntax',
      `The value of ${key} is ${JSON.stringify(value)}, which looks like a comment.`,
      {
        at: { source: this.#source, start, end: start + value.length },
        hint: `Write ${key}="" for no value, and the comment on a line of its own.`,
      },
    );
  }

  /** docker compose refuses spaces only. */
  #warnOfBlank(key: string, start: number): void {
    this.#report.warn(
      'compose.env-file-syntax',
      `The variable name ${JSON.stringify(key)} has a tab or another blank in it.`,
      {
        at: { source: this.#source, start, end: start + key.length },
        hint: 'Take the blank out, or write "=" in its place.',
      },
    );
  }

  #skip(what: RegExp): void {
    while (this.#at < this.#text.length && what.test(this.#text[this.#at] as string)) this.#at += 1;
  }

  #skipLine(): void {
    this.#at = this.#lineEnd(this.#at);
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end === -1 ? this.#text.length : end;
  }

  #lineFrom(start: number): string {
    return this.#text.slice(start, this.#lineEnd(start)).trimEnd();
  }
}

/** Blanks in a line of docker compose's; it knows more of them elsewhere. */
const blank = /[\t\v\f\r \u0085\u00a0]/;
const keyCharacter = /[\p{L}\p{N}_.\-[\]]/u;

/** Inside double quotes; `\$` stays a dollar sign for the interpolation that follows. */
function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, (whole, character: string) => escapes[character] ?? whole);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  $: '$$',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};
