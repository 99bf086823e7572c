import { serviceAttributes } from './attributes.ts';
import { anything } from './shapes.ts';
import { junk, type Source, spell } from './source.ts';
import { isPlainSafe, plain, type Yaml, type YamlEntry, type YamlMap } from './yaml-tree.ts';

/** Changes a tree here and there: other spellings, left-out parts, other values, mistakes. */
export function vary(source: Source, node: Yaml, rate: number): Yaml {
  const { random } = source;
  if (node.kind === 'alias') return node;
  if (source.odd() && random.chance(0.3)) return junk(source);
  if (node.kind === 'scalar') return random.chance(rate) ? respell(source, node) : node;
  const flow = node.flow === true || random.chance(rate / 3);
  if (node.kind === 'list') {
    const items = kept(source, node.items, rate).map((item) => vary(source, item, rate));
    return { ...node, items: random.chance(rate / 4) ? random.shuffle(items) : items, flow };
  }
  const entries = kept(source, node.entries, rate).map(
    (entry): YamlEntry => ({ ...entry, value: vary(source, entry.value, rate) }),
  );
  if (source.odd() && random.chance(0.1)) entries.push({ key: plain('typo_key'), value: plain('x') });
  if (random.chance(rate / 10)) entries.push({ key: plain('x-extra'), value: anything(source) });
  return { ...node, entries: random.chance(rate / 4) ? random.shuffle(entries) : entries, flow };
}

/** What other things refer to stays, so that a left-out part is not always a dangling alias. */
function kept<T>(source: Source, items: readonly T[], rate: number): T[] {
  return items.filter((item) => hasAnchor(item) || !source.random.chance(rate / 3));
}

function hasAnchor(item: unknown): boolean {
  return JSON.stringify(item).includes('"anchor"');
}

function respell(source: Source, node: Extract<Yaml, { kind: 'scalar' }>): Yaml {
  if (source.odd()) return junk(source);
  if (node.style === 'plain' && !isPlainSafe(node.text)) return node;
  return { ...node, ...spell(source, node.text) };
}

/** Gives some services of a document attributes that nobody would have thought of. */
export function enrich(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const entries = document.entries.map((entry): YamlEntry => {
    if (entry.key.kind !== 'scalar' || entry.key.text !== 'services' || entry.value.kind !== 'map')
      return entry;
    const services = entry.value.entries.map((service): YamlEntry => {
      if (service.value.kind !== 'map' || !random.chance(0.3)) return service;
      const present = new Set(
        service.value.entries.map(({ key }) => (key.kind === 'scalar' ? key.text : '')),
      );
      const names = random.shuffle(harmless.filter((key) => !present.has(key))).slice(0, 1 + random.below(2));
      const added = names.map((key): YamlEntry => {
        const make = serviceAttributes[key] as (source: Source, self: string) => Yaml;
        return { key: plain(key), value: make(source, '') };
      });
      return { ...service, value: { ...service.value, entries: [...service.value.entries, ...added] } };
    });
    return { ...entry, value: { ...entry.value, entries: services } };
  });
  return { ...document, entries };
}

const harmless = [
  'annotations',
  'labels',
  'environment',
  'healthcheck',
  'ports',
  'expose',
  'dns',
  'extra_hosts',
  'ulimits',
  'logging',
  'stop_grace_period',
  'sysctls',
  'tmpfs',
  'tty',
  'user',
  'devices',
  'command',
  'entrypoint',
  'shm_size',
];
