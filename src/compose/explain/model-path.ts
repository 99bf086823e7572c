import type { Encoded } from '../../core/go-json.ts';
import { suggest } from '../../core/suggest.ts';
import type { ModelPath } from '../project.ts';
import { formatPath } from '../tree/path.ts';

/** What a path leads to, or as far as it leads. */
export type Resolved =
  | { readonly kind: 'found'; readonly path: ModelPath; readonly value: Encoded }
  | {
      readonly kind: 'missing';
      /** The part that exists. */
      readonly path: ModelPath;
      /** The rest as it was typed. */
      readonly rest: string;
      readonly value: Encoded;
    };

/**
 * Follows a path as people write it: `services.web.ports[0]`, `services.web.labels.com.example.owner`, or
 * `services.web.labels["com.example.owner"]`. Keys may hold dots, so the longest key that fits comes first.
 */
export function resolvePath(root: Encoded, text: string): Resolved {
  return follow(root, text.trim(), []);
}

function follow(value: Encoded, rest: string, path: ModelPath): Resolved {
  if (rest === '') return { kind: 'found', path, value };
  let deepest: Resolved = { kind: 'missing', path, rest, value };
  for (const { step, next, left } of steps(value, rest)) {
    const resolved = follow(next, left, [...path, step]);
    if (resolved.kind === 'found') return resolved;
    if (resolved.path.length > deepest.path.length) deepest = resolved;
  }
  return deepest;
}

interface Step {
  readonly step: string | number;
  readonly next: Encoded;
  /** Without the dot in front. */
  readonly left: string;
}

function steps(value: Encoded, rest: string): readonly Step[] {
  if (value instanceof Map) {
    const mapping = value as ReadonlyMap<string, Encoded>;
    const fitting = [...mapping.keys()].filter((key) => startsWith(rest, key) !== undefined);
    return fitting
      .sort((left, right) => right.length - left.length)
      .map((key) => ({ step: key, next: mapping.get(key) ?? null, left: startsWith(rest, key) ?? '' }));
  }
  if (!Array.isArray(value)) return [];
  const match = /^(?:\[(\d+)\]|(\d+)(?=$|[.[]))\.?/.exec(rest);
  const index = Number(match?.[1] ?? match?.[2]);
  const item = (value as readonly Encoded[])[index];
  return match === null || item === undefined
    ? []
    : [{ step: index, next: item, left: rest.slice(match[0].length) }];
}

/** What follows the key, when the text begins with it as a whole step. */
function startsWith(rest: string, key: string): string | undefined {
  for (const spelling of [key, `["${key}"]`, `['${key}']`]) {
    if (spelling === '' || !rest.startsWith(spelling)) continue;
    const after = rest.slice(spelling.length);
    if (after === '' || after.startsWith('[')) return after;
    if (after.startsWith('.')) return after.slice(1);
  }
  return undefined;
}

/** What to try instead of a path that leads nowhere. */
export function nearestPaths({ path, rest, value }: Resolved & { readonly kind: 'missing' }): string {
  const here = path.length === 0 ? 'The project' : `"${formatPath(path)}"`;
  if (Array.isArray(value)) {
    const { length } = value as readonly Encoded[];
    return length === 0
      ? `${here} is empty.`
      : `${here} has items 0 to ${length - 1}: "${formatPath([...path, 0])}".`;
  }
  if (!(value instanceof Map)) return `${here} is a single value: leave ${JSON.stringify(rest)} away.`;
  const keys = [...(value as ReadonlyMap<string, Encoded>).keys()];
  const word = /^[^.[]*/.exec(rest)?.[0] ?? rest;
  const [near] = suggest(word, keys, 1);
  if (near !== undefined) {
    const corrected = `${near}${rest.slice(word.length)}`;
    const there = resolvePath(value, corrected);
    return `Did you mean "${formatPath([...path, ...(there.kind === 'found' ? there.path : [near])])}"?`;
  }
  const shown = keys.slice(0, 12).join(', ');
  return `${here} has ${shown === '' ? 'no keys' : shown}${keys.length > 12 ? ', …' : ''}.`;
}

/** The paths of all values that have none below them; an empty list or mapping counts as one. */
export function leavesOf(value: Encoded, path: ModelPath): readonly (readonly [ModelPath, Encoded])[] {
  if (value instanceof Map && value.size > 0) {
    return [...(value as ReadonlyMap<string, Encoded>)].flatMap(([key, item]) =>
      leavesOf(item, [...path, key]),
    );
  }
  if (Array.isArray(value) && value.length > 0) {
    return (value as readonly Encoded[]).flatMap((item, index) => leavesOf(item, [...path, index]));
  }
  return [[path, value]];
}
