import type { ModelPath } from '../project.ts';
import { child, childText, isText, mapEntries, type Node, sequence } from '../tree/node.ts';
import { compileRules, type Rules, ruleAt, rulesBelow } from '../tree/rules.ts';

type KeyOf = (item: Node) => string | undefined;

/** Later items of a list that mean the same thing take the place of earlier ones. */
export function enforceUnicity(root: Node): Node {
  return visit(root, uniqueLists);
}

/** By what an item of the list at a path is told from the others there; undefined when nothing tells it. */
export function unicityKey(list: ModelPath, item: Node): string | undefined {
  return ruleAt(uniqueLists, list)?.(item);
}

const pairKey: KeyOf = (item) => (isText(item) ? (item.value.split('=', 1)[0] ?? '') : scalarText(item));

const targetOrSource =
  (prefix: string): KeyOf =>
  (item) => {
    if (isText(item)) return prefix + item.value;
    return childText(item, 'target') ?? sourceTarget(prefix, item);
  };

const uniqueLists = compileRules<KeyOf>({
  'networks.*.labels': pairKey,
  'services.*.annotations': pairKey,
  'services.*.build.args': pairKey,
  'services.*.build.additional_contexts': pairKey,
  'services.*.build.labels': pairKey,
  'services.*.build.tags': pairKey,
  'services.*.cap_add': pairKey,
  'services.*.cap_drop': pairKey,
  'services.*.configs': targetOrSource('/'),
  'services.*.deploy.labels': pairKey,
  'services.*.devices': deviceKey,
  'services.*.dns': pairKey,
  'services.*.dns_opt': pairKey,
  'services.*.dns_search': pairKey,
  'services.*.env_file': (item) => (isText(item) ? item.value : childText(item, 'path')),
  'services.*.environment': pairKey,
  'services.*.expose': scalarText,
  'services.*.labels': pairKey,
  'services.*.links': pairKey,
  'services.*.networks.*.aliases': pairKey,
  'services.*.networks.*.link_local_ips': pairKey,
  'services.*.ports': portKey,
  'services.*.profiles': pairKey,
  'services.*.secrets': targetOrSource('/run/secrets/'),
  'services.*.sysctls': pairKey,
  'services.*.tmpfs': pairKey,
  'services.*.volumes': volumeKey,
  'services.*.volumes.*.volume.labels': pairKey,
});

function visit(node: Node, rules: Rules<KeyOf> | undefined): Node {
  if (rules === undefined || node.kind === 'scalar') return node;
  if (node.kind === 'mapping')
    return mapEntries(node, (key, { value }) => visit(value, rulesBelow(rules, key)));
  return rules.rule === undefined ? node : unique(node, rules.rule);
}

function unique(node: Node & { readonly kind: 'sequence' }, keyOf: KeyOf): Node {
  const places = new Map<string, number>();
  const items: Node[] = [];
  for (const item of node.items) {
    const key = keyOf(item);
    const place = key === undefined ? undefined : places.get(key);
    if (place !== undefined) items[place] = item;
    else {
      if (key !== undefined) places.set(key, items.length);
      items.push(item);
    }
  }
  return items.length === node.items.length ? node : sequence(items, node.origin);
}

function scalarText(item: Node): string | undefined {
  return item.kind === 'scalar' ? String(item.value) : undefined;
}

function sourceTarget(prefix: string, item: Node): string | undefined {
  const source = childText(item, 'source');
  return source === undefined ? undefined : prefix + source;
}

function portKey(item: Node): string | undefined {
  if (item.kind !== 'mapping') return scalarText(item);
  const part = (key: string): string => scalarText(child(item, key) ?? item) ?? '';
  const host = childText(item, 'host_ip') ?? '0.0.0.0';
  const published = part('published');
  const protocol = childText(item, 'protocol') ?? 'tcp';
  return child(item, 'target') === undefined
    ? undefined
    : `${host}:${published}:${part('target')}/${protocol}`;
}

function volumeKey(item: Node): string | undefined {
  if (!isText(item)) return childText(item, 'target');
  return shortTarget(item.value);
}

/**
 * The target of `source:target:options`; a Windows drive letter is no separator. What is wrong has none, and stays to be
 * refused.
 */
function shortTarget(text: string): string | undefined {
  const parts = text.replace(/^([A-Za-z]):(?=[\\/])/, '$1\u0000').split(':');
  if (text === '' || (text.length > 2 && parts.includes(''))) return undefined;
  return parts[1] ?? parts[0] ?? text;
}

function deviceKey(item: Node): string | undefined {
  if (!isText(item)) return childText(item, 'target');
  const parts = item.value.split(':');
  return parts[1] ?? parts[0];
}
