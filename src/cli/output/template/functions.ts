import { goQuote } from '../go-quote.ts';
import { formatFailure } from './failure.ts';
import { isList, isTruthy, printValue, type TemplateValue, toGoJson } from './values.ts';

type TemplateFunction = (...values: readonly TemplateValue[]) => TemplateValue;
export type FunctionTable = ReadonlyMap<string, TemplateFunction>;

/** docker's functions and the common ones of Go's templates. */
export const templateFunctions: FunctionTable = new Map<string, TemplateFunction>([
  ['json', (value) => toGoJson(value)],
  ['upper', (value) => text(value).toUpperCase()],
  ['lower', (value) => text(value).toLowerCase()],
  ['title', (value) => text(value).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase())],
  ['split', (value, separator) => text(value).split(text(separator))],
  ['join', (values, separator) => list(values).map(text).join(text(separator))],
  ['truncate', (value, length) => [...text(value)].slice(0, number(length)).join('')],
  ['pad', (value, before, after) => pad(text(value), number(before), number(after))],
  ['print', (...values) => values.map(printValue).join('')],
  ['println', (...values) => `${values.map(printValue).join(' ')}\n`],
  ['printf', (format, ...values) => printf(text(format), values)],
  ['len', (value) => (isList(value) ? value.length : Buffer.byteLength(text(value)))],
  ['index', (values, ...keys) => keys.reduce(elementAt, values)],
  ['eq', (value, ...others) => others.some((other) => value === other)],
  ['ne', (left, right) => left !== right],
  ['lt', (left, right) => compare(left, right) < 0],
  ['le', (left, right) => compare(left, right) <= 0],
  ['gt', (left, right) => compare(left, right) > 0],
  ['ge', (left, right) => compare(left, right) >= 0],
  ['and', (...values) => values.find((value) => !isTruthy(value)) ?? values.at(-1)],
  ['or', (...values) => values.find(isTruthy) ?? values.at(-1)],
  ['not', (value) => !isTruthy(value)],
]);

function printf(format: string, values: readonly TemplateValue[]): string {
  let next = 0;
  const printed = format.replace(
    /%(?<flags>[-0]*)(?<width>\d*)(?<verb>.)/gs,
    (_, flags: string, width: string, verb: string) => {
      if (verb === '%') return '%';
      if (next >= values.length) throw formatFailure(`printf has more verbs than values: ${goQuote(format)}`);
      const value = values[next];
      next += 1;
      const plain = printVerb(verb, value);
      if (flags.includes('-')) return plain.padEnd(Number(width));
      return plain.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    },
  );
  if (next < values.length) throw formatFailure(`printf has more values than verbs: ${goQuote(format)}`);
  return printed;
}

function printVerb(verb: string, value: TemplateValue): string {
  switch (verb) {
    case 's':
    case 'v':
      return printValue(value);
    case 'd':
      return String(number(value));
    case 'q':
      return goQuote(text(value));
    case 't':
      return String(isTruthy(value));
    default:
      throw formatFailure(`printf's verb "%${verb}" is not supported; there are %s, %v, %d, %q and %t`);
  }
}

function pad(value: string, before: number, after: number): string {
  return value === '' ? value : `${' '.repeat(before)}${value}${' '.repeat(after)}`;
}

function elementAt(values: TemplateValue, key: TemplateValue): TemplateValue {
  if (isList(values)) {
    const index = number(key);
    if (index < 0 || index >= values.length) {
      throw formatFailure(`index ${index} is outside of a list of ${values.length}`);
    }
    return values[index];
  }
  if (typeof values === 'object') return Object.hasOwn(values, text(key)) ? values[text(key)] : undefined;
  throw formatFailure(`index needs a list, not ${goQuote(printValue(values))}`);
}

function compare(left: TemplateValue, right: TemplateValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return left === right ? 0 : left < right ? -1 : 1;
  throw formatFailure(`${printValue(left)} and ${printValue(right)} cannot be compared`);
}

function text(value: TemplateValue): string {
  if (typeof value === 'string') return value;
  throw formatFailure(`a text is needed where ${printValue(value)} stands`);
}

function number(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  throw formatFailure(`a number is needed where ${printValue(value)} stands`);
}

function list(value: TemplateValue): readonly TemplateValue[] {
  if (isList(value)) return value;
  throw formatFailure(`a list is needed where ${printValue(value)} stands`);
}
