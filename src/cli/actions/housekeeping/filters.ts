import { FlotillaError } from '../../../core/error.ts';
import { parseMoment } from '../../../core/moment.ts';
import { quote } from '../../../core/text.ts';
import type { PruneFilter } from '../../../runtime/index.ts';

/** What a filter means: a test, or undefined where there is no filter of that name. */
export type FilterRules<Item> = Readonly<Record<string, (value: string) => (item: Item) => boolean>>;

/** What `--filter` of a list says: those of one kind widen it, those of several narrow it; labels all have to be there. */
export function listTest<Item>(
  filters: readonly string[],
  rules: FilterRules<Item>,
): (item: Item) => boolean {
  const tests = new Map<string, ((item: Item) => boolean)[]>();
  for (const filter of filters) {
    const { name, value } = splitFilter(filter);
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw unknownFilter(filter, Object.keys(rules));
    const kind = name === 'label' ? filter : name;
    tests.set(kind, [...(tests.get(kind) ?? []), rule(value)]);
  }
  return (item) => [...tests.values()].every((any) => any.some((test) => test(item)));
}

/** What `--filter` of a prune says. */
export function pruneFilter(
  filters: readonly string[],
  now: number,
  known: readonly string[] = ['until', 'label', 'label!'],
): PruneFilter {
  const labels: string[] = [];
  const withoutLabels: string[] = [];
  let until: number | undefined;
  for (const filter of filters) {
    const { name, value } = splitFilter(filter);
    if (!known.includes(name)) throw unknownFilter(filter, known);
    if (name === 'label') labels.push(value);
    else if (name === 'label!') withoutLabels.push(value);
    else until = Math.min(until ?? Number.POSITIVE_INFINITY, momentOf(value, now));
  }
  return { labels, withoutLabels, ...(until === undefined ? {} : { until }) };
}

export function booleanOf(text: string, filter: string): boolean {
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw new FlotillaError('cli.usage', `${quote(text)} is no value for the filter ${filter}`, {
    hint: 'It is true or false.',
  });
}

/** What `until` says, as Unix milliseconds. */
export function momentOf(text: string, now: number): number {
  return Number(parseMoment(text, now) / 1_000_000n);
}

export function splitFilter(filter: string): { readonly name: string; readonly value: string } {
  const equals = filter.indexOf('=');
  if (equals < 1) throw new FlotillaError('cli.usage', `invalid filter ${quote(filter)}: it is NAME=VALUE`);
  return { name: filter.slice(0, equals), value: filter.slice(equals + 1) };
}

export function unknownFilter(filter: string, known: readonly string[]): FlotillaError {
  const list = [known.slice(0, -1).join(', '), ...known.slice(-1)]
    .filter((part) => part !== '')
    .join(' and ');
  return new FlotillaError('cli.usage', `unsupported filter ${quote(filter)}`, {
    hint: known.length === 1 ? `The only filter is ${list}.` : `The filters are ${list}.`,
  });
}
