import { limits } from '../limits.ts';

/** `${NAME<operator>argument}`; a plain `$NAME` has no operator. */
export interface Variable {
  readonly name: string;
  readonly operator: Operator | undefined;
  /** The unevaluated text after the operator. */
  readonly argument: string;
}

export type Operator = ':-' | '-' | ':?' | '?' | ':+' | '+';
export type Part = string | Variable;

/** A template that does not parse, with the text from the expression at fault on. */
export interface InvalidTemplate {
  readonly invalid: string;
}

/**
 * Splits a value into literal text and variables. `$$` is a dollar sign, and so is a `$` that no name and no brace
 * follows. One pass, no backtracking.
 */
export function parseTemplate(text: string): readonly Part[] | InvalidTemplate {
  const parts: Part[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) break;
    literal += text.slice(at, dollar);
    const next = text.charCodeAt(dollar + 1);
    if (next === 0x24) {
      literal += '$';
      at = dollar + 2;
      continue;
    }
    const found = next === 0x7b ? braced(text, dollar) : named(text, dollar);
    if (found === undefined && next === 0x7b) return { invalid: text.slice(dollar) };
    if (found === undefined) {
      literal += '$';
      at = dollar + 1;
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(found.variable);
    at = found.end;
  }
  literal += text.slice(at);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

/** What a template evaluates to, or why it cannot. */
export type Substitution =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'invalid'; readonly fragment: string }
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
  | { readonly kind: 'too-long' };

export interface Scope {
  lookup(name: string): string | undefined;
  /** Called for each variable without default that is not set. */
  unset(name: string): void;
}

/** Evaluates a template; only the branch that is taken is looked at. */
export function substitute(text: string, scope: Scope, depth = 0): Substitution {
  if (!text.includes('$')) return { kind: 'text', text };
  const parts = parseTemplate(text);
  if ('invalid' in parts) return { kind: 'invalid', fragment: parts.invalid };
  if (depth > limits.interpolationNesting) return { kind: 'too-long' };
  let result = '';
  for (const part of parts) {
    const value =
      typeof part === 'string' ? ({ kind: 'text', text: part } as const) : evaluate(part, scope, depth);
    if (value.kind !== 'text') return value;
    result += value.text;
    if (result.length > limits.valueLength) return { kind: 'too-long' };
  }
  return { kind: 'text', text: result };
}

function evaluate({ name, operator, argument }: Variable, scope: Scope, depth: number): Substitution {
  const value = scope.lookup(name);
  const present =
    operator?.startsWith(':') === true ? value !== undefined && value !== '' : value !== undefined;
  switch (operator) {
    case undefined:
      if (value === undefined) scope.unset(name);
      return { kind: 'text', text: value ?? '' };
    case ':-':
    case '-':
      return present ? { kind: 'text', text: value ?? '' } : substitute(argument, scope, depth + 1);
    case ':+':
    case '+':
      return present ? substitute(argument, scope, depth + 1) : { kind: 'text', text: '' };
    case ':?':
    case '?': {
      if (present) return { kind: 'text', text: value ?? '' };
      const message = substitute(argument, scope, depth + 1);
      return message.kind === 'text' ? { kind: 'required', name, message: message.text } : message;
    }
  }
}

interface Found {
  readonly variable: Variable;
  readonly end: number;
}

function named(text: string, dollar: number): Found | undefined {
  const end = nameEnd(text, dollar + 1);
  if (end === dollar + 1) return undefined;
  return { variable: { name: text.slice(dollar + 1, end), operator: undefined, argument: '' }, end };
}

function braced(text: string, dollar: number): Found | undefined {
  const end = nameEnd(text, dollar + 2);
  if (end === dollar + 2) return undefined;
  const name = text.slice(dollar + 2, end);
  if (text[end] === '}') return { variable: { name, operator: undefined, argument: '' }, end: end + 1 };
  const operator = operatorAt(text, end);
  if (operator === undefined) return undefined;
  const start = end + operator.length;
  const close = closingBrace(text, start);
  if (close === undefined) return undefined;
  const argument = text.slice(start, close);
  if (argument.includes('\n')) return undefined;
  return { variable: { name, operator, argument }, end: close + 1 };
}

function operatorAt(text: string, at: number): Operator | undefined {
  const mark = text[at] === ':' ? text.slice(at, at + 2) : text[at];
  switch (mark) {
    case ':-':
    case '-':
    case ':?':
    case '?':
    case ':+':
    case '+':
      return mark;
    default:
      return undefined;
  }
}

/** Any `{` counts, so that JSON can be a default; when the braces do not match up, the last `}` closes. */
function closingBrace(text: string, start: number): number | undefined {
  let open = 1;
  let last: number | undefined;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) open += 1;
    else if (code === 0x7d) {
      open -= 1;
      if (open === 0) return at;
      last = at;
    }
  }
  return last;
}

function nameEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
    const digit = code >= 0x30 && code <= 0x39;
    if (!letter && !(digit && at > start)) break;
  }
  return at;
}
