import { anything } from './shapes.ts';
import { type Source, spell } from './source.ts';
import { isPlainSafe, plain, text, type Yaml, type YamlEntry, type YamlMap } from './yaml-tree.ts';

/**
 * Does to a document what no attribute does by itself: anchors and merge keys at any depth, merge tags where nobody
 * expects them, keys that are long or strange, variables within variables. Most documents stay as they are.
 */
export function twist(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const steps: readonly (readonly [number, (source: Source, document: YamlMap) => YamlMap])[] = [
    [0.08, sharedMappings],
    [0.05, sharedValues],
    [0.04, tags],
    [0.06, strangeKeys],
    [0.05, nestedVariables],
  ];
  return steps.reduce((made, [share, step]) => (random.chance(share) ? step(source, made) : made), document);
}

/** A mapping of one service gets an anchor, the same attribute of later ones merges it. */
function sharedMappings(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const anchored = new Map<string, string>();
  return overServices(document, (service) => ({
    ...service,
    entries: service.entries.map((entry): YamlEntry => {
      const { key, value } = entry;
      if (key.kind !== 'scalar' || value.kind !== 'map' || value.anchor !== undefined) return entry;
      const anchor = anchored.get(key.text);
      if (anchor === undefined) {
        if (!random.chance(0.7)) return entry;
        const name = `a${anchored.size}-${key.text}`;
        anchored.set(key.text, name);
        return { ...entry, value: { ...value, anchor: name } };
      }
      if (!random.chance(0.7)) return entry;
      const alias = { kind: 'alias', name: anchor } as const;
      if (random.chance(0.2)) return { ...entry, value: alias };
      const merged: Yaml = random.chance(0.7) ? alias : { kind: 'list', items: [alias], flow: true };
      const mergeKey = random.chance(0.2) ? { ...plain('<<'), tag: '!!merge' } : plain('<<');
      const merge = { key: mergeKey, value: merged };
      const entries = random.chance(0.7) ? [merge, ...value.entries] : [...value.entries, merge];
      return { ...entry, value: { ...value, entries, flow: false } };
    }),
  }));
}

/** A value of any kind gets an anchor, and stands elsewhere by its alias; mostly at the same attribute. */
function sharedValues(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const anchored = new Map<string, string>();
  return overServices(document, (service) => ({
    ...service,
    entries: service.entries.map((entry): YamlEntry => {
      const { key, value } = entry;
      if (key.kind !== 'scalar' || value.kind === 'alias' || value.anchor !== undefined) return entry;
      const anchor = source.odd() ? [...anchored.values()][0] : anchored.get(key.text);
      if (anchor !== undefined)
        return random.chance(0.6) ? { ...entry, value: { kind: 'alias', name: anchor } } : entry;
      if (!random.chance(0.6)) return entry;
      const name = `v${anchored.size}`;
      anchored.set(key.text, name);
      return { ...entry, value: { ...value, anchor: name } };
    }),
  }));
}

/** `!reset` and `!override` anywhere at all. */
function tags(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const visit = (node: Yaml, rate: number): Yaml => {
    if (node.kind === 'alias') return node;
    const isEmpty = node.kind === 'scalar' && node.text === '';
    const tag =
      random.chance(rate) && !isEmpty ? { tag: random.pick(['!reset', '!override', '!override']) } : {};
    if (node.kind === 'scalar') return { ...node, ...tag };
    if (node.kind === 'list') return { ...node, ...tag, items: node.items.map((item) => visit(item, rate)) };
    return {
      ...node,
      ...tag,
      entries: node.entries.map((entry) => ({ ...entry, value: visit(entry.value, rate) })),
    };
  };
  const rate = random.pick([0.01, 0.03, 0.08]);
  return {
    ...document,
    entries: document.entries.map((entry) => ({ ...entry, value: visit(entry.value, rate) })),
  };
}

/** Keys of the user's own: as long as YAML writes on one line or longer, with blanks and signs in them. */
function strangeKeys(source: Source, document: YamlMap): YamlMap {
  const own = new Set(['labels', 'annotations', 'environment', 'sysctls', 'options', 'driver_opts', 'args']);
  const { random } = source;
  const visit = (node: Yaml, isOwn: boolean): Yaml => {
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => visit(item, false)) };
    if (node.kind !== 'map') return node;
    const entries = node.entries.map((entry): YamlEntry => {
      const { key, value } = entry;
      if (key.kind !== 'scalar') return entry;
      if (isOwn && value.kind === 'scalar' && random.chance(0.4))
        return { ...entry, key: text(strangeKey(source, key.text)) };
      return { ...entry, value: visit(value, own.has(key.text) || key.text.startsWith('x-')) };
    });
    return { ...node, entries: different(entries) };
  };
  const made = visit(document, false) as YamlMap;
  if (!random.chance(0.3)) return made;
  const extension = { key: text(`x-${strangeKey(source, 'own')}`), value: anything(source) };
  return { ...made, entries: different([...made.entries, extension]) };
}

function strangeKey({ random }: Source, key: string): string {
  const long = (length: number) => key.padEnd(length, random.pick(['x', 'a b ', 'é', '.k-', 'ab: ']));
  return random.pick([
    () => long(random.pick([100, 126, 127, 128, 129, 130, 160, 300])),
    () => `${key} ${key}`,
    () => `${key}: ${key}`,
    () => `#${key}`,
    () => `${key} #x`,
    () => `- ${key}`,
    () => `-${key}`,
    () => `?${key}`,
    () => `@${key}`,
    () => `\`${key}\``,
    () => `%${key}`,
    () => `[${key}]`,
    () => `{${key}}`,
    () => `"${key}"`,
    () => `'${key}`,
    () => `${key}\u2028x`,
    () => `${key}\tx`,
    () => `${key}\nx`,
    () => ` ${key}`,
    () => `${key} `,
    () => `$${key}`,
    () => `\${${key}}`,
    () => 'true',
    () => 'null',
    () => '~',
    () => '12',
    () => '1.5',
    () => '0x1f',
    () => '2020-01-01',
    () => '=',
    () => '<<x',
    () => 'é☃🐳',
  ])();
}

/** A mapping with a key twice is refused as a whole, which tells nothing. */
export function different(entries: readonly YamlEntry[]): readonly YamlEntry[] {
  const keys = entries.map(({ key }) => (key.kind === 'scalar' ? key.text : key.name));
  return entries.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

/** Texts become expressions within expressions that give the same text, mostly. */
function nestedVariables(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  const visit = (node: Yaml): Yaml => {
    if (node.kind === 'alias') return node;
    if (node.kind === 'list') return { ...node, items: node.items.map(visit) };
    if (node.kind === 'map')
      return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: visit(entry.value) })) };
    if (!random.chance(0.15) || !isPlainSafe(node.text) || node.text.includes('$')) return node;
    const { anchor } = node;
    return { ...nested(node.text)(source), ...(anchor === undefined ? {} : { anchor }) };
  };
  return { ...document, entries: document.entries.map((entry) => ({ ...entry, value: visit(entry.value) })) };
}

function nested(value: string): (source: Source) => ReturnType<typeof spell> {
  return (source) => {
    const { random } = source;
    const set = (content: string) => source.variable(content);
    const half = Math.ceil(value.length / 2);
    const forms: readonly (() => string)[] = [
      () => `\${NOPE:-\${NOPE_2:-\${NOPE_3:-${value}}}}`,
      () => `\${NOPE-\${${set('')}-x}${value}}`,
      () => `\${${set('y')}:+\${${set(value)}:?needed}}`,
      () => `\${${set('y')}+${value.slice(0, half)}\${NOPE:-${value.slice(half)}}}`,
      () => `\${${set(value.slice(0, half))}}\${${set(value.slice(half))}}`,
      () => `$${set(value.slice(0, half))}\${NOPE:-}\${NOPE:+x}\${${set(value.slice(half))}:-x}`,
      () => `\${${set(`$${set('z')}`)}:+}${value}`,
      () => `\${NOPE:-${value}}\${NOPE:+\${ALSO_NOPE}}`,
      () => `\${${set('')}:-$NOPE${value}}`,
      () => `\${NOPE:-$$${value}}`,
      () => `\${NOPE:-a{b}}${value}`,
      () => `\${NOPE:+\${X:?not asked}}${value}`,
      () => `\${${set('y')}:-\${X:?not asked}}${value}`,
      () => `\${NOPE:?${value} is \${NOPE:-missing}}`,
      () => `\${NOPE:-"${value}"}`,
      () => `\${NOPE:-${value}:-x}`,
      () => `\${NOPE:--${value}}`,
      () => `$\${NOPE}${value}`,
    ];
    const usual = source.odd() ? forms : forms.slice(0, 9);
    return spell(source, random.pick(usual)());
  };
}

function overServices(document: YamlMap, change: (service: YamlMap) => YamlMap): YamlMap {
  return {
    ...document,
    entries: document.entries.map((entry) =>
      entry.key.kind !== 'scalar' || entry.key.text !== 'services' || entry.value.kind !== 'map'
        ? entry
        : {
            ...entry,
            value: {
              ...entry.value,
              entries: entry.value.entries.map((each) =>
                each.value.kind === 'map' && entry.value.kind === 'map' && entry.value.flow !== true
                  ? { ...each, value: change(each.value) }
                  : each,
              ),
            },
          },
    ),
  };
}
