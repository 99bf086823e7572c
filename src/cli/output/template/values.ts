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

/** The way Go prints a value: a list as `[a b]`, a record as `{a b}`. */
export function printValue(value: TemplateValue): string {
  if (value === undefined) return '<no value>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (typeof value === 'object') return `{${Object.values(value).map(printValue).join(' ')}}`;
  if (typeof value === 'function') throw formatFailure('a method needs its argument, as in {{.Label "key"}}');
  return String(value);
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
