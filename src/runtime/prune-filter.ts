import type { PruneFilter } from './housekeeping.ts';

/** Whether a prune that is narrowed down may take this. */
export function fitsFilter(
  { until, labels, withoutLabels }: PruneFilter,
  item: { readonly labels: Readonly<Record<string, string>>; readonly createdAt?: number },
): boolean {
  if (until !== undefined && (item.createdAt ?? 0) >= until) return false;
  return (
    labels.every((label) => hasLabel(item.labels, label)) &&
    !withoutLabels.some((label) => hasLabel(item.labels, label))
  );
}

/** `NAME` or `NAME=VALUE`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  const name = equals < 0 ? wanted : wanted.slice(0, equals);
  const found = Object.hasOwn(labels, name) ? labels[name] : undefined;
  return found !== undefined && (equals < 0 || found === wanted.slice(equals + 1));
}
