import type { SourceRange } from '../../core/diagnostic.ts';
import type { ModelPath } from '../project.ts';
import type { Trace, Written } from '../trace.ts';
import type { MappingNode, Node, Origin } from '../tree/node.ts';

/** The document that a place belongs to, as it is written. */
export function writtenAt(place: Origin, trace: Trace): Written | undefined {
  return trace.written.find(({ source, root }) => source === place.source && contains(root.origin, place));
}

/** The text at a place before its variables were replaced. */
export function rawTextAt(place: Origin, trace: Trace): string | undefined {
  const root = writtenAt(place, trace)?.root;
  if (root === undefined) return undefined;
  const texts = trace.texts.get(root) ?? textsIn(root);
  trace.texts.set(root, texts);
  return texts.get(keyOf(place));
}

/** Of several values at one place, which aliases make, all have the same text. */
function textsIn(root: Node): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (node: Node): void => {
    if (node.kind === 'scalar') {
      if (typeof node.value === 'string') texts.set(keyOf(node.origin), node.value);
    } else if (node.kind === 'sequence') node.items.forEach(visit);
    else for (const { value } of node.entries.values()) visit(value);
  };
  visit(root);
  return texts;
}

function keyOf({ start, end }: Origin): string {
  return `${start}-${end}`;
}

export interface Via {
  readonly kind: 'alias' | 'merge key';
  /** `*common`, `<<: *common` */
  readonly text: string;
  readonly at: SourceRange;
}

/**
 * The aliases and merge keys on the way to a value. A parser resolves them without a trace, but what they bring in
 * stands outside of the mapping that it is in.
 */
export function viasOnTheWay(path: ModelPath, target: Origin, { root, source }: Written): readonly Via[] {
  const vias: Via[] = [];
  let node: Node = root;
  for (const step of path) {
    const around: Node = node;
    const next = below(around, step, target);
    if (next === undefined) break;
    const { key, value } = next;
    if (around.kind === 'mapping' && key !== undefined && !contains(around.origin, key)) {
      const found = mergeKeyOf(around);
      if (found !== undefined) vias.push({ kind: 'merge key', ...found });
    }
    const alias = key === undefined ? undefined : aliasBehind(key);
    if (alias !== undefined) vias.push({ kind: 'alias', ...alias });
    node = value;
  }
  return vias;

  function mergeKeyOf(mapping: MappingNode): Omit<Via, 'kind'> | undefined {
    const text = source.text.slice(mapping.origin.start, mapping.origin.end);
    for (const match of text.matchAll(/(?:^|[\s{,])(<<\s*:\s*(?:\*[^\s,}\]]+|\[[^\]]*\]))/g)) {
      const start = mapping.origin.start + match.index + match[0].length - (match[1] ?? '').length;
      const place = { source, start, end: start + (match[1] ?? '').length };
      const inside = [...mapping.entries.values()].some(
        ({ key, value }) => contains(mapping.origin, key) && contains(value.origin, place),
      );
      if (!inside) return { text: match[1] ?? '', at: source.range(place.start, place.end) };
    }
    return undefined;
  }

  function aliasBehind(key: Origin): Omit<Via, 'kind'> | undefined {
    const match = /^["']?\s*:\s*(\*[^\s,}\]]+)/.exec(source.text.slice(key.end, key.end + 500));
    if (match?.[1] === undefined) return undefined;
    const start = key.end + match[0].length - match[1].length;
    return { text: match[1], at: source.range(start, start + match[1].length) };
  }
}

/** The next value on the way; a list may be written where the model has a mapping. */
function below(
  node: Node,
  step: string | number,
  target: Origin,
): { readonly key: Origin | undefined; readonly value: Node } | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(step));
  if (node.kind !== 'sequence') return undefined;
  const item = node.items.find(({ origin }) => contains(origin, target));
  return item === undefined ? undefined : { key: undefined, value: item };
}

function contains(outer: Origin, inner: Origin): boolean {
  return outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end;
}
