import { formatFailure } from './failure.ts';

/** Source text cut into what stands outside of `{{ }}` and the tokens of what stands inside. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[] };

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  /** `.`, `.Name`, `.A.B`; directly behind a `)` when `attached`. */
  | {
      readonly kind: 'path';
      readonly root: boolean;
      readonly fields: readonly string[];
      readonly attached: boolean;
    }
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: '|' }
  | { readonly kind: '(' }
  | { readonly kind: ')' };

export function cutTemplate(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let position = 0;
  let trimNext = false;
  const addText = (text: string): void => {
    if (text !== '') parts.push({ kind: 'text', text });
  };
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    const text = source.slice(position, open === -1 ? source.length : open);
    const trimsBefore = open !== -1 && /^\{\{-\s/.test(source.slice(open, open + 4));
    const start = trimNext ? text.trimStart() : text;
    addText(trimsBefore ? start.trimEnd() : start);
    if (open === -1) break;
    const action = readAction(source, open + 2);
    if (action.tokens.length > 0) parts.push({ kind: 'action', tokens: action.tokens });
    trimNext = action.trimsAfter;
    position = action.end;
  }
  return parts;
}

const tokenPattern =
  /\s+|(?<comment>\/\*.*?\*\/)|(?<close>-?\}\})|(?<text>"(?:[^"\\]|\\.)*")|(?<raw>`[^`]*`)|(?<number>[+-]?\d+(?:\.\d+)?)|(?<path>\$?(?:\.[A-Za-z_]\w*)+|\$\.?(?![\w.])|\.(?![\w.]))|(?<word>[A-Za-z_]\w*)|(?<sign>[|()])/sy;

function readAction(
  source: string,
  from: number,
): { readonly tokens: readonly Token[]; readonly trimsAfter: boolean; readonly end: number } {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  pattern.lastIndex = /^-\s/.test(source.slice(from, from + 2)) ? from + 1 : from;
  for (;;) {
    const position = pattern.lastIndex;
    if (position >= source.length) throw formatFailure(`"{{${source.slice(from)}" has no "}}"`);
    const match = pattern.exec(source);
    if (match === null) throw unreadable(source.slice(position));
    const groups = match.groups ?? {};
    if (groups['close'] !== undefined) {
      return { tokens, trimsAfter: groups['close'].startsWith('-'), end: pattern.lastIndex };
    }
    const token = toToken(groups, source[position - 1] === ')');
    if (token !== undefined) tokens.push(token);
  }
}

function toToken(groups: Readonly<Record<string, string | undefined>>, attached: boolean): Token | undefined {
  const { text, raw, number, path, word, sign } = groups;
  if (text !== undefined) return { kind: 'literal', value: unquote(text) };
  if (raw !== undefined) return { kind: 'literal', value: raw.slice(1, -1) };
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  if (path !== undefined) {
    const fields = path.split('.').slice(1);
    return {
      kind: 'path',
      root: path.startsWith('$'),
      fields: fields.filter((field) => field !== ''),
      attached,
    };
  }
  if (word !== undefined) return { kind: 'word', text: word };
  if (sign !== undefined) return { kind: sign as '|' | '(' | ')' };
  return undefined;
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (_, written: string) => {
    if (written.length > 1) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
    return simpleEscapes[written] ?? written;
  });
}

const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unreadable(rest: string) {
  const what = /^(?::=|,|\$\w+|=)/.test(rest) ? 'variables are not supported' : 'this cannot be read';
  return formatFailure(`${what}: "${rest.slice(0, 20)}"`);
}
