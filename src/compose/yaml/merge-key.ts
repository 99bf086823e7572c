import { collectResets, replacing } from '../merge/reset.ts';
import type { Report } from '../report.ts';
import type { Entry, Node } from '../tree/node.ts';
import { isScalar, type Scalar } from './package.ts';
import { reportMergedBesideReset } from './tags.ts';

/** `<<` without a tag of its own, or with the one that some programs write before it. */
export function isMergeKey(ast: unknown): ast is Scalar & { readonly value: '<<' } {
  if (!isScalar(ast) || ast.value !== '<<') return false;
  return ast.tag === undefined ? ast.type === 'PLAIN' : mergeKeyTags.has(ast.tag);
}

const mergeKeyTags: ReadonlySet<string> = new Set(['!', '!!merge', 'tag:yaml.org,2002:merge']);

/** Where a `<<` stands. */
export interface MergePlace {
  readonly report: Report;
  /** Tells a mistake, though not in a value that nobody looks at. */
  readonly mistake: Report['error'];
  /** Within an `!override`, where other tags do nothing. */
  readonly isOverridden: boolean;
}

/** Whether a `!reset` takes the value out. */
export function isTakenAway(node: Node, { isOverridden }: Pick<MergePlace, 'isOverridden'>): boolean {
  return node.tag === 'reset' && !isOverridden;
}

/**
 * `<<`: keys written in the mapping win, then the first of the merged mappings. A key with `!reset` is none to win: it
 * clears what earlier files say, and gives way.
 */
export function withMerged(
  own: ReadonlyMap<string, Entry>,
  merged: Node,
  place: MergePlace,
): Map<string, Entry> {
  const entries = new Map(own);
  for (const source of sourcesOf(merged, place)) {
    if (source.kind !== 'mapping') {
      if (source.kind === 'scalar' && source.value === null) continue;
      place.mistake('compose.yaml-syntax', 'map merge requires map or sequence of maps as the value', {
        at: source.origin,
        hint: 'Write "<<: *anchor" or "<<: [*first, *second]".',
      });
      continue;
    }
    for (const [key, entry] of source.entries) {
      const present = entries.get(key);
      if (present === undefined) entries.set(key, entry);
      else if (isTakenAway(present.value, place) && !isTakenAway(entry.value, place)) {
        reportMergedBesideReset(key, present.value, place.report);
        entries.set(key, { key: entry.key, value: { ...entry.value, tag: entry.value.tag ?? 'clear' } });
      }
    }
  }
  return entries;
}

/** Tags reach earlier files through `<<`, but not through a list behind it: they only count within. */
function sourcesOf(merged: Node, place: MergePlace): readonly Node[] {
  if (merged.kind !== 'sequence')
    return [merged.tag === 'override' ? replacing(merged, merged.origin) : merged];
  if (place.isOverridden) return merged.items;
  return merged.items.filter((item) => !isTakenAway(item, place)).map((item) => collectResets(item).root);
}
