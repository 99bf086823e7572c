import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import type { LayerContext } from '../layer.ts';
import type { Report } from '../report.ts';
import {
  child,
  childText,
  type Entry,
  isNull,
  isText,
  mapItems,
  mapping,
  type Node,
  scalar,
} from '../tree/node.ts';

/** One entry of `include`, whichever way it was written. */
export interface IncludeEntry {
  /** None when the entry names no file: it includes nothing. */
  readonly paths: readonly string[];
  readonly projectDirectory: string | undefined;
  readonly envFiles: readonly string[];
  readonly node: Node;
}

/** The entries of `include`; undefined when one is not what the schema says, which is reported. */
export function readIncludeEntries(
  include: Node,
  { report, validate }: LayerContext,
): readonly IncludeEntry[] | undefined {
  if (isNull(include)) return [];
  if (include.kind !== 'sequence') {
    report.error('compose.invalid-type', '`include` must be a list', {
      at: include.origin,
      path: ['include'],
      hint: 'Write "include:" and below it "- path/to/compose.yaml".',
    });
    return undefined;
  }
  const entries = mapItems(include, (item, index) => withKnownKeys(item, index, report));
  // Now, because the document is checked without its `include`, which is gone by then.
  validate(mapping(new Map([['include', { key: include.origin, value: entries }]]), include.origin), report);
  if (report.failed || entries.kind !== 'sequence') return undefined;
  return entries.items.map((node) => ({
    node,
    paths: texts(isText(node) ? node : child(node, 'path')),
    projectDirectory: childText(node, 'project_directory'),
    envFiles: texts(child(node, 'env_file')),
  }));
}

function texts(node: Node | undefined): readonly string[] {
  if (isText(node)) return [node.value];
  return node?.kind === 'sequence' ? node.items.filter(isText).map((item) => item.value) : [];
}

const known = ['path', 'project_directory', 'env_file'];

/**
 * The entry as docker compose reads it: keys in any case, without keys that have no value, and a number is the name of
 * a folder. It passes over keys that it does not know, and so over what was mistyped; and a date without quotes is to it
 * an entry without keys.
 */
function withKnownKeys(item: Node, index: number, report: Report): Node {
  if (isNull(item)) return mapping(new Map(), item.origin);
  if (item.kind === 'scalar' && item.type === 'timestamp') {
    warnOfDate(item, index, report);
    return mapping(new Map(), item.origin);
  }
  if (item.kind !== 'mapping') return item;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of item.entries) {
    const name = known.find((each) => each === key.toLowerCase());
    if (name === undefined) warnOfUnknown(key, entry, index, report);
    else if (!isNull(entry.value) && (name === key || !item.entries.has(name)))
      entries.set(name, {
        ...entry,
        value: name === 'project_directory' ? asFolder(entry.value) : entry.value,
      });
  }
  return { ...item, entries };
}

function warnOfDate({ origin }: Node, index: number, report: Report): void {
  report.warn('compose.invalid-type', `include[${index}] is a date, which includes nothing`, {
    at: origin,
    path: ['include', index],
    hint: 'Put it in quotes: without them YAML reads a date.',
  });
}

function warnOfUnknown(key: string, { key: at }: Entry, index: number, report: Report): void {
  if (key.startsWith('x-')) return;
  report.warn('compose.unknown-key', `include[${index}].${key} is ignored`, {
    at,
    path: ['include', index, key],
    hint: () => {
      const [meant] = suggest(key, known);
      return meant === undefined
        ? `An entry of "include" has the keys ${known.join(', ')}.`
        : `Did you mean ${quote(meant)}?`;
    },
  });
}

function asFolder(node: Node): Node {
  return node.kind === 'scalar' && node.type === 'int' ? scalar(String(node.value), node.origin) : node;
}
