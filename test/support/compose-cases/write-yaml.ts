import type { Yaml, YamlList, YamlMap, YamlScalar } from './yaml-tree.ts';

/** The text of a document, in the spelling that the tree asks for. */
export function writeYaml(root: Yaml): string {
  const text = value(root, 0, false);
  return `${text.replace(/^\n/, '').replace(/^ /, '')}\n`;
}

/** What follows `key:` or `-`, with its leading space or line break. */
function value(node: Yaml, indent: number, flow: boolean): string {
  if (node.kind === 'alias') return ` *${node.name}`;
  const head = `${node.anchor === undefined ? '' : ` &${node.anchor}`}${node.tag === undefined ? '' : ` ${node.tag}`}`;
  if (node.kind === 'scalar') return `${head}${scalar(node, indent, flow)}`;
  const inFlow = flow || node.flow === true;
  if (node.kind === 'map') {
    if (inFlow || node.entries.length === 0) return `${head} ${flowMap(node, indent)}`;
    return `${head}\n${blockMap(node, indent)}`;
  }
  if (inFlow || node.items.length === 0) return `${head} ${flowList(node, indent)}`;
  return `${head}\n${blockList(node, indent)}`;
}

function blockMap(node: YamlMap, indent: number): string {
  const pad = ' '.repeat(indent);
  return node.entries
    .map(({ key, value: content, comment }) => {
      const before = comment === undefined ? '' : `${pad}# ${comment}\n`;
      return `${before}${pad}${keyText(key)}:${value(content, indent + 2, false)}`;
    })
    .join('\n');
}

function blockList(node: YamlList, indent: number): string {
  const pad = ' '.repeat(indent);
  return node.items
    .map((item) => {
      const written = value(item, indent + 2, false);
      // `- key: value` on one line, as people write it.
      const compact = written.startsWith('\n') ? ` ${written.slice(1 + indent + 2)}` : written;
      return `${pad}-${compact}`;
    })
    .join('\n');
}

function flowMap(node: YamlMap, indent: number): string {
  const entries = node.entries.map(
    ({ key, value: content }) => `${keyText(key)}:${value(content, indent, true)}`,
  );
  return `{${entries.join(', ')}}`;
}

function flowList(node: YamlList, indent: number): string {
  return `[${node.items.map((item) => value(item, indent, true).trimStart()).join(', ')}]`;
}

function keyText(key: YamlMap['entries'][number]['key']): string {
  if (key.kind === 'alias') return `*${key.name} `;
  return value({ ...key, style: inline(key) }, 0, true).trimStart();
}

function scalar(node: YamlScalar, indent: number, flow: boolean): string {
  const style = flow ? inline(node) : node.style;
  switch (style) {
    case 'plain':
      return node.text === '' ? '' : ` ${node.text.replaceAll('\n', `\n${' '.repeat(indent)}`)}`;
    case 'single':
      if (/[\n\r]/.test(node.text)) return ` ${doubleQuoted(node.text)}`;
      return ` '${node.text.replaceAll("'", "''")}'`;
    case 'double':
      return ` ${doubleQuoted(node.text)}`;
    case 'literal':
    case 'folded':
      return block(node, style, indent);
  }
}

/** Block scalars do not exist in flow style. */
function inline(node: YamlScalar): 'plain' | 'single' | 'double' {
  if (node.style === 'literal' || node.style === 'folded') return 'double';
  return node.style === 'plain' && /[,[\]{}]|: |:$/.test(node.text) && !/^[[{]/.test(node.text)
    ? 'single'
    : node.style;
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function block(node: YamlScalar, style: 'literal' | 'folded', indent: number): string {
  // What a block scalar cannot hold as it is.
  if (/^[\s]|[\r\t\u0000-\u0008]|^$/.test(node.text)) return ` ${doubleQuoted(node.text)}`;
  const pad = ' '.repeat(indent === 0 ? 2 : indent);
  const mark = style === 'literal' ? '|' : '>';
  const chomp = node.text.endsWith('\n\n') ? '+' : node.text.endsWith('\n') ? '' : '-';
  const body = node.text.endsWith('\n') ? node.text.slice(0, -1) : node.text;
  const lines = (style === 'folded' ? body.replaceAll(/(\S)\n(?=\S)/g, '$1\n\n') : body).split('\n');
  return ` ${mark}${chomp}\n${lines.map((line) => (line === '' ? '' : `${pad}${line}`)).join('\n')}`;
}
