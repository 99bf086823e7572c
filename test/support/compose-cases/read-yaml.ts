import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { plain, type ScalarStyle, type Yaml, type YamlEntry } from './yaml-tree.ts';

/** The tree of a document that somebody wrote, with its spelling, so that it can be varied. */
export function readYaml(source: string): Yaml {
  const document = parseDocument(source, { schema: 'failsafe', version: '1.2', merge: false });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return convert(document.contents);
}

function convert(node: unknown): Yaml {
  if (node === null || node === undefined) return plain('');
  if (isAlias(node)) return { kind: 'alias', name: node.source };
  const { anchor, tag, flow } = node as Node & { anchor?: string; flow?: boolean };
  const own = {
    ...(anchor === undefined ? {} : { anchor }),
    ...(tag?.startsWith('!') === true ? { tag } : {}),
  };
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => ({ key: convert(key), value: convert(value) }));
    return { kind: 'map', entries: entries as YamlEntry[], flow: flow === true, ...own };
  }
  if (isSeq(node)) return { kind: 'list', items: node.items.map(convert), flow: flow === true, ...own };
  if (!isScalar(node)) return plain('');
  const style = styles[node.type ?? ''] ?? 'plain';
  const text = style === 'plain' ? (node.source ?? String(node.value)) : String(node.value);
  return { kind: 'scalar', text, style, ...own };
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};
