import { compareBytes } from '../../../core/text.ts';
import { formatFailure } from './failure.ts';

/** What a template computes with: JSON values, and methods of a row (`.Label "key"`). */
export type TemplateValue =
  | string
  | number
  | boolean
  | undefined
  | readonly TemplateValue[]
  | TemplateMethod
  | { readonly [field: string]: TemplateValue };

export type TemplateMethod = (argument: string) => string;

/** Go's notion of true: not zero, not empty. */
export function isTruthy(value: TemplateValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value);
}

/** The way Go prints a value: a list as `[a b]`, a record as `{a b}`, a map as `map[k:a l:b]`. */
export function printValue(value: TemplateValue): string {
  if (value === undefined) return '<no value>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (typeof value === 'object') return isRecord(value) ? printRecord(value) : printMap(value);
  if (typeof value === 'function') throw formatFailure('a method needs its argument, as in {{.Label "key"}}');
  return String(value);
}

type Fields = { readonly [field: string]: TemplateValue };

/** Docker's records have exported fields; labels, options and ports are named otherwise by all who follow the custom. */
function isRecord(value: Fields): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[A-Z]/.test(key));
}

function printRecord(value: Fields): string {
  return `{${Object.values(value).map(printValue).join(' ')}}`;
}

function printMap(value: Fields): string {
  const entries = Object.entries(value).sort(([left], [right]) => compareBytes(left, right));
  return `map[${entries.map(([key, one]) => `${key}:${printValue(one)}`).join(' ')}]`;
}

/** JSON as Go writes it, with `<`, `>` and `&` escaped; other characters that could drive a terminal are, too. */
export function toGoJson(value: TemplateValue): string {
  return (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}
