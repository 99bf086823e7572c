import { type Gen, junk, type Source, spell, spellText } from './source.ts';
import { plain, text, type Yaml, type YamlEntry, type YamlMap } from './yaml-tree.ts';

export type Fields = Readonly<Record<string, Gen>>;

/** A mapping of some of the fields; `always` are there unless the case wants mistakes. */
export function fields(table: Fields, always: readonly string[] = [], share = 0.4): Gen {
  return (source) => {
    const { random } = source;
    const chosen = Object.keys(table).filter((key) =>
      always.includes(key) ? !source.odd() : random.chance(share),
    );
    return withExtension(
      source,
      mapping(
        source,
        random.shuffle(chosen).map((key) => [key, table[key] as Gen]),
      ),
    );
  };
}

/** Entries in order, now and then one that is wrong, or a comment. */
export function mapping(source: Source, pairs: readonly (readonly [string, Gen])[]): YamlMap {
  const { random } = source;
  const entries: YamlEntry[] = pairs.map(([key, make]) => ({
    key: text(key),
    value: source.odd() ? junk(source) : make(source),
    ...(random.chance(0.02)
      ? { comment: random.pick(['why: because', 'it\'s - a "comment" #', 'TODO']) }
      : {}),
  }));
  if (source.odd() && random.chance(0.3)) entries.push({ key: plain('unknown_key'), value: plain('1') });
  return { kind: 'map', entries, flow: random.chance(0.15) };
}

/** The schema allows `x-` keys in most mappings, but not in all. */
export function withExtension(source: Source, node: YamlMap): YamlMap {
  if (!source.random.chance(0.005)) return node;
  return { ...node, entries: [...node.entries, { key: plain('x-note'), value: anything(source) }] };
}

/** A list of what `item` makes; most lists must not have an item twice. */
export function listOf(item: Gen, most = 3): Gen {
  return (source) => {
    const { random } = source;
    const items = Array.from({ length: source.odd() ? 0 : 1 + random.below(most) }, () =>
      source.odd() ? junk(source) : item(source),
    );
    const kept = source.odd() ? items : different(items);
    return { kind: 'list', items: kept, flow: random.chance(0.3) };
  };
}

function different(items: readonly Yaml[]): readonly Yaml[] {
  const texts = items.map((item) => (item.kind === 'scalar' ? item.text : JSON.stringify(item)));
  return items.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

/** One value, or a list. */
export function oneOrList(item: Gen, most = 3): Gen {
  const many = listOf(item, most);
  return (source) => (source.random.chance(0.4) ? item(source) : many(source));
}

/** A mapping with chosen keys. */
export function mapOf(keys: readonly string[], value: Gen, most = 3): Gen {
  return (source) => {
    const chosen = source.random.shuffle(keys).slice(0, source.odd() ? 0 : 1 + source.random.below(most));
    return mapping(
      source,
      chosen.map((key) => [key, value]),
    );
  };
}

/** `environment`, `labels`, `args`: a mapping, or a list of `K=V`. */
export function pairs(keys: readonly string[], values: readonly string[], { bare = true } = {}): Gen {
  return (source) => {
    const { random } = source;
    const chosen = random.shuffle(keys).slice(0, 1 + random.below(4));
    if (random.chance(0.5)) {
      return mapping(
        source,
        chosen.map((key) => [key, pairValue(values, bare)]),
      );
    }
    const items = chosen.map((key) => {
      if (bare && random.chance(0.15)) return spell(source, key);
      return spellText(source, `${key}=${random.pick(values)}`);
    });
    if (random.chance(0.1) && items[0] !== undefined) items.push(items[0]);
    if (source.odd()) items.push(spell(source, random.pick(['', '=', '=x', 'a b=c', 'A = b', '$X', 'x: y'])));
    return { kind: 'list', items, flow: random.chance(0.2) };
  };
}

function pairValue(values: readonly string[], bare: boolean): Gen {
  return (source) => {
    const { random } = source;
    if (bare && random.chance(0.1)) return plain(random.pick(['', '~', 'null']));
    if (random.chance(0.2)) return plain(random.pick(scalarSpellings));
    return spellText(source, random.pick(values));
  };
}

/** Numbers, dates and booleans in many spellings, where any scalar may stand. */
const scalarSpellings = [
  '5',
  '-3',
  '0',
  '1.5',
  '1.0',
  '1e3',
  '1E-7',
  '1e21',
  '0x1F',
  '0o17',
  '017',
  '0b11',
  '1_000',
  '+7',
  '.5',
  '5.',
  'true',
  'False',
  'yes',
  'off',
  '2020-01-02',
  '2001-12-14t21:59:43.10-05:00',
  '2001-12-14 21:59:43.10 -5',
  '2024-02-30',
  '2001-1-2T3:4:5Z',
  '2001-12-14T21:59:43',
  '2001-12-14 1:2:3',
  '12:30:45',
  '123456789012345678901234567890',
  '9007199254740993',
  '08',
  '1__0',
  '0.1',
  '100000000000000000000',
  '-0',
  '-0.0',
  '1.10',
  '3.14159265358979',
  '0x',
  '.inf',
  '1e400',
];

/** Extension content: any YAML. */
export const anything: Gen = (source) => {
  const { random } = source;
  if (random.chance(0.4)) return plain(random.pick(scalarSpellings));
  if (random.chance(0.5))
    return spellText(source, random.pick(['text', 'a: b', '', 'it’s', '#x', 'x #y', '{a}', 'ünï', 'a\nb\n']));
  const items = Array.from({ length: random.below(3) }, () => anything(source));
  if (random.chance(0.5)) return { kind: 'list', items, flow: random.chance(0.5) };
  return {
    kind: 'map',
    entries: items.map((value, index) => ({ key: text(`k${index}`), value })),
    flow: random.chance(0.5),
  };
};
