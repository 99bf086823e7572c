import { quote } from '../../core/text.ts';
import { pairsToMapping } from '../merge/merge.ts';
import {
  child,
  childText,
  type Entry,
  isNull,
  isText,
  mapEntries,
  mapItems,
  mapping,
  mappingOf,
  type Node,
  scalar,
  sequence,
  withEntry,
} from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';
import { refuse, type Transform } from './context.ts';
import { splitShellWords } from './shell-words.ts';

/** `K=V` items to a mapping. */
export const pairs = (node: Node): Node => (node.kind === 'sequence' ? (pairsToMapping(node) ?? node) : node);

/** `name=place` items of which each needs both. */
export const contexts: Transform = (node, context) => {
  const alone =
    node.kind === 'sequence'
      ? node.items.find((item) => isText(item) && !item.value.includes('='))
      : undefined;
  if (!isText(alone)) return pairs(node);
  const name = alone.value === '' ? 'name' : alone.value;
  refuse(
    alone,
    context,
    `invalid value ${quote(alone.value)}, expected key=value`,
    `Write "${name}=./path", or the address of an image, a repository or a service behind the "=".`,
  );
  return node;
};

/** One value stands for a list of one. */
export const listOfOne = (node: Node): Node =>
  node.kind === 'scalar' && !isNull(node) ? sequence([node], node.origin) : node;

/** The same, and blank values, which a variable may have left, are dropped. */
export const withoutBlanks = (node: Node): Node => {
  const list = listOfOne(node);
  if (list.kind !== 'sequence') return list;
  return mapItems(list, (item) => (isText(item) && item.value === '' ? undefined : item));
};

/** A boolean for an attribute that is text, of which `true` and `false` are two. */
export const flagText = (node: Node): Node =>
  node.kind === 'scalar' && typeof node.value === 'boolean' ? scalar(String(node.value), node.origin) : node;

/** Text is split like a shell command; a list is taken as it is. */
export const command: Transform = (node, context) => {
  if (!isText(node)) return node;
  const split = splitShellWords(node.value);
  if ('error' in split) {
    return refuse(
      node,
      context,
      `invalid command line string, ${split.error}`,
      'Quote the command consistently, or write it as a list.',
    );
  }
  if (split.cutAt !== undefined) {
    const ignored = node.value.slice(split.cutAt).trim();
    context.report.warn(
      'compose.invalid-value',
      `${formatPath(context.path)} ends at a shell operator: ${quote(ignored)} is ignored.`,
      {
        at: node.origin,
        path: [...context.path],
        hint: `No shell reads this command. Write it as ["sh", "-c", ${quote(node.value)}] to have one.`,
      },
    );
  }
  return sequence(
    split.words.map((word) => scalar(word, node.origin)),
    node.origin,
  );
};

export const healthTest = (node: Node): Node =>
  isText(node) ? sequence([scalar('CMD-SHELL', node.origin), node], node.origin) : node;

export const buildForm = (node: Node): Node =>
  isText(node) ? mappingOf(node.origin, { context: node }) : node;

/** A list of names to a mapping without values. */
export const names = (node: Node): Node => {
  if (node.kind !== 'sequence') return node;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    if (!isText(item)) return node;
    entries.set(item.value, { key: item.origin, value: scalar(null, item.origin) });
  }
  return mapping(entries, node.origin);
};

export const dependencies = (node: Node): Node => {
  const named = names(node);
  if (named.kind !== 'mapping') return named;
  return mapEntries(named, (_, { key, value }) => {
    if (isNull(value)) return mappingOf(key, { condition: 'service_started', required: true });
    if (value.kind !== 'mapping' || child(value, 'required') !== undefined) return value;
    return withEntry(value, 'required', scalar(true, value.origin));
  });
};

export const envFiles: Transform = (node, context) => {
  const list = listOfOne(node);
  if (list.kind !== 'sequence') {
    return refuse(list, context, 'it is a path or a list of them', 'Write "env_file: app.env", or a list.');
  }
  return mapItems(list, (item) => {
    if (isText(item)) return mappingOf(item.origin, { path: item, required: true });
    if (item.kind !== 'mapping' || child(item, 'required') !== undefined) return item;
    return withEntry(item, 'required', scalar(true, item.origin));
  });
};

/** `name` or `{source, …}` for a service's use of a config or secret. */
export const fileReference = (node: Node): Node =>
  isText(node) ? mappingOf(node.origin, { source: node }) : node;

export const extendsForm = (node: Node): Node =>
  isText(node) ? mappingOf(node.origin, { service: node }) : node;

/** A limit that is neither a number nor two of them. Extended files are read by this, not by the schema. */
export const limit: Transform = (node, context) =>
  node.kind === 'mapping' || (node.kind === 'scalar' && node.type === 'int')
    ? node
    : refuse(
        node,
        context,
        'a limit is a number, or "soft" and "hard"',
        'Write a whole number, or "soft:" and "hard:" with one each.',
      );

/** `all` stands for one request of every GPU. */
export const gpus = (node: Node): Node =>
  isText(node) && node.value === 'all'
    ? sequence([mappingOf(node.origin, { count: 'all' })], node.origin)
    : node;

/** A port or a range as text, or a whole number. */
export const exposedPort: Transform = (node, context) =>
  node.kind === 'scalar' &&
  (node.type === 'float' || (typeof node.value === 'bigint' && BigInt.asIntN(64, node.value) !== node.value))
    ? refuse(node, context, `${String(node.value)} is no port`, 'Write a whole number up to 65535.')
    : node;

/** `host=address` and `host:address` items to host, addresses. */
export const hosts: Transform = (node, context) => {
  if (node.kind === 'mapping') {
    return mapEntries(node, (_, { value }) =>
      value.kind === 'sequence' ? mapItems(value, bareAddress) : bareAddress(value),
    );
  }
  if (node.kind !== 'sequence') return node;
  const byHost = new Map<string, { key: Entry['key']; addresses: Node[] }>();
  for (const item of node.items) {
    if (!isText(item)) return node;
    const split = /^([^:=]+)[:=](.*)$/s.exec(item.value);
    const [, host = '', rawAddress = ''] = split ?? [];
    if (split === null || host === '') {
      return refuse(
        item,
        context,
        `invalid additional host, missing IP: ${item.value}`,
        'Write "host=address".',
      );
    }
    const known = byHost.get(host) ?? { key: item.origin, addresses: [] };
    known.addresses.push(bareAddress(scalar(rawAddress, item.origin)));
    byHost.set(host, known);
  }
  const entries = [...byHost].map(
    ([host, { key, addresses }]) => [host, { key, value: sequence(addresses, key) }] as const,
  );
  return mapping(new Map(entries), node.origin);
};

/** IPv6 addresses may stand in brackets. */
function bareAddress(node: Node): Node {
  const inner = isText(node) ? /^\[(.+)\]$/s.exec(node.value)?.[1] : undefined;
  return inner === undefined ? node : scalar(inner, node.origin);
}

/** `default`, `id=path` items or a mapping. In a list only the default agent needs no path. */
export const sshKeys: Transform = (node, context) => {
  const keys = pairs(listOfOne(node));
  if (keys.kind !== 'mapping' || node.kind === 'mapping') return keys;
  for (const [id, { key, value }] of keys.entries) {
    if (id === 'default' || !isNull(value)) continue;
    refuse(
      { ...value, origin: key },
      context,
      `invalid ssh key ${quote(id)}`,
      `Write "${id}=path/of/the/key", or "default" for the agent.`,
    );
  }
  return keys;
};

/** A config or secret without settings, and the old `external: {name}`. */
export const resource: Transform = (node, context) =>
  isNull(node) ? mapping(new Map(), node.origin) : externalName(node, context);

/** The old `external: {name}`. */
export const externalName: Transform = (node, { report, path }) => {
  const external = child(node, 'external');
  if (node.kind !== 'mapping' || external?.kind !== 'mapping') return node;
  const name = childText(external, 'name');
  const at = node.entries.get('external')?.key;
  const other = childText(node, 'name');
  if (name !== undefined && other !== undefined && other !== name) {
    report.error('compose.conflict', `${path.join('.')}: name and external.name conflict; only use name`, {
      at,
      path,
      hint: 'Keep "name:" and write "external: true".',
    });
    return node;
  }
  report.warn(
    'compose.obsolete',
    `${path.join('.')}: external.name is deprecated. Please set name and external: true`,
    {
      at,
      path,
      hint: 'Write "name: …" and "external: true" side by side.',
    },
  );
  const plain = withEntry(node, 'external', scalar(true, external.origin));
  return name === undefined ? plain : withEntry(plain, 'name', child(external, 'name'));
};
