import { exclusive, serviceAttributes } from './attributes.ts';
import { build } from './build.ts';
import { config, model, network, secret, volume } from './resources.ts';
import { anything, listOf, mapping, withExtension } from './shapes.ts';
import { type Gen, junk, type Source, spell, str } from './source.ts';
import { plain, text, type Yaml, type YamlEntry, type YamlMap } from './yaml-tree.ts';

const serviceNames = [
  'web',
  'db',
  'api',
  'worker',
  'redis',
  'front-end',
  'my_app',
  'app.v2',
  'a',
  'B',
  'z9',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '1st',
  '_x',
  '-dash',
  '007',
  'null-ish',
];
const strangeNames = ['ünicode', 'sp ace', 'a/b', '', 'x:y', '$VAR', 'a#b', '日本', '*star', 'true'];
const resourceNames = [
  'default',
  'front',
  'back',
  'data',
  'db_data',
  'cache.x',
  'n1',
  'constructor',
  '__proto__',
  'UP',
];

/** Draws the names that the documents of a case refer to. */
export function drawNames(source: Source): void {
  const { random, names } = source;
  const draw = (pool: readonly string[], most: number) =>
    random.shuffle(pool).slice(0, random.below(most + 1));
  const pool = source.odd() ? [...serviceNames, ...strangeNames, ...strangeNames] : serviceNames;
  names.services.push(...random.shuffle(pool).slice(0, 1 + random.below(5)));
  for (const kind of ['networks', 'volumes', 'configs', 'secrets', 'models'] as const)
    names[kind].push(...draw(resourceNames, kind === 'models' ? 1 : 3));
}

/** A whole document: all services and resources of the case. */
export function fullDocument(source: Source): YamlMap {
  const { random, names } = source;
  const sections: [string, Gen][] = [
    [
      'services',
      (each) =>
        mapping(
          each,
          names.services.map((name) => [name, () => service(each, name)]),
        ),
    ],
  ];
  const makers = { networks: network, volumes: volume, configs: config, secrets: secret, models: model };
  for (const [kind, make] of Object.entries(makers)) {
    const known = names[kind as keyof typeof makers];
    if (known.length > 0 && !source.odd())
      sections.push([
        kind,
        (each) =>
          mapping(
            each,
            known.map((name) => [name, make]),
          ),
      ]);
  }
  if (random.chance(0.1)) sections.push(['name', str('named-app', 'my_app', 'x1')]);
  if (source.odd()) sections.push(['name', str('Bad Name', 'UPPER', '', '_x', 'é')]);
  if (random.chance(0.2))
    sections.unshift(['version', (each) => spell(each, random.pick(['3', '3.8', '2.4', '']))]);
  if (random.chance(0.15)) sections.push(['x-common', anything]);
  const document = mapping(source, random.chance(0.7) ? sections : random.shuffle(sections));
  return { ...shareParts(source, document), flow: random.chance(0.01) };
}

export function service(source: Source, name: string): Yaml {
  const { random } = source;
  const chosen = attributesOf(source, 1 + random.below(random.chance(0.2) ? 30 : 8));
  const pairs: [string, Gen][] = [];
  const kind = random.below(10);
  if (!chosen.includes('provider') && !source.odd()) {
    if (kind < 8) pairs.push(['image', image]);
    if (kind >= 7) pairs.push(['build', build]);
  }
  if (random.chance(0.1)) pairs.push(['profiles', listOf(str('debug', 'test', 'p.1'), 2)]);
  for (const attribute of chosen)
    pairs.push([attribute, (each) => (serviceAttributes[attribute] as typeof service)(each, name)]);
  return withExtension(source, mapping(source, pairs));
}

const image = str(
  'nginx:alpine',
  'postgres',
  'registry.example.com:5000/team/app:v1.2',
  'redis@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
  'busybox',
  'ghcr.io/x/y',
);

function attributesOf(source: Source, count: number): string[] {
  const { random, names } = source;
  const needs: Readonly<Record<string, readonly string[]>> = {
    networks: names.networks,
    configs: names.configs,
    secrets: names.secrets,
    models: names.models,
    env_file: names.envFiles,
    label_file: names.labelFiles,
  };
  // Mostly only once in a while: with it almost nothing else is allowed.
  const rare = new Set(['pre_start', 'provider', 'use_api_socket', 'credential_spec']);
  const chosen = random
    .shuffle(Object.keys(serviceAttributes))
    .filter((key) => !rare.has(key) || random.chance(0.15))
    .filter((key) => needs[key] === undefined || needs[key].length > 0 || source.odd())
    .slice(0, count);
  if (source.odd()) return chosen;
  const conflicts: readonly (readonly string[])[] = [
    ...exclusive,
    ['cpus', 'deploy'],
    ['mem_limit', 'deploy'],
    ['mem_reservation', 'deploy'],
    ['pids_limit', 'deploy'],
    ['scale', 'deploy'],
    ['container_name', 'deploy'],
    ['platform', 'build'],
  ];
  return conflicts.reduce<string[]>(
    (kept, [first = '', second = '']) =>
      kept.includes(first) && kept.includes(second) && random.chance(0.9)
        ? kept.filter((key) => key !== first)
        : kept,
    chosen,
  );
}

/** A document to lay on another: some of the services again, some attributes of each, with merge tags. */
export function overrideDocument(source: Source): YamlMap {
  const { random, names } = source;
  const picked = random.shuffle(names.services).slice(0, 1 + random.below(2));
  const sections: [string, Gen][] = [
    [
      'services',
      (each) =>
        mapping(
          each,
          picked.map((name) => [name, () => override(each, name)]),
        ),
    ],
  ];
  const makers = { networks: network, volumes: volume, configs: config, secrets: secret };
  for (const [kind, make] of Object.entries(makers)) {
    const known = names[kind as keyof typeof makers].slice(0, 1);
    if (known.length > 0 && random.chance(0.1))
      sections.push([
        kind,
        (each) =>
          mapping(
            each,
            known.map((name) => [name, make]),
          ),
      ]);
  }
  if (random.chance(0.1)) sections.push(['name', str('from-override')]);
  return mapping(source, sections) as YamlMap;
}

function override(source: Source, name: string): Yaml {
  const { random } = source;
  const attributes = attributesOf(source, 1 + random.below(10)).filter((key) => key !== 'provider');
  const entries = attributes.map((key): YamlEntry => {
    const value = (serviceAttributes[key] as typeof service)(source, name);
    return { key: plain(key), value: random.chance(0.12) ? tagged(source, value) : value };
  });
  if (random.chance(0.2)) entries.push({ key: plain('image'), value: image(source) });
  return { kind: 'map', entries };
}

function tagged(source: Source, value: Yaml): Yaml {
  const { random } = source;
  if (random.chance(0.5)) return { ...plain(random.pick(['', 'null', '[]'])), tag: '!reset' };
  return value.kind === 'alias' ? value : { ...value, tag: '!override' };
}

/** Anchors, aliases and merge keys between services, the way people share settings. */
function shareParts(source: Source, document: YamlMap): YamlMap {
  const { random } = source;
  if (!random.chance(0.25)) return document;
  const at = document.entries.findIndex(({ key }) => key.kind === 'scalar' && key.text === 'services');
  const services = document.entries[at]?.value;
  if (services?.kind !== 'map' || services.entries.length === 0) return document;
  const shared = mapping(source, [
    ['restart', str('always')],
    ['logging', serviceAttributes['logging'] as Gen],
    ['environment', serviceAttributes['environment'] as Gen],
  ]);
  const entries = services.entries.map((entry): YamlEntry => {
    if (entry.value.kind !== 'map' || !random.chance(0.6)) return entry;
    if (entry.value.flow === true) return entry;
    return { ...entry, value: { ...entry.value, entries: withMergeKey(source, entry.value.entries) } };
  });
  const first = { key: plain('x-shared'), value: { ...shared, anchor: 'shared' } as Yaml };
  const second = {
    key: text('x-more'),
    value: { kind: 'map', anchor: 'more', entries: [{ key: plain('tty'), value: plain('true') }] } as Yaml,
  };
  return {
    ...document,
    entries: [
      first,
      second,
      ...document.entries.with(at, { key: plain('services'), value: { ...services, entries } }),
    ],
  };
}

function withMergeKey(source: Source, entries: readonly YamlEntry[]): readonly YamlEntry[] {
  const { random } = source;
  const alias = { kind: 'alias', name: 'shared' } as const;
  const both = { kind: 'list', items: [alias, { kind: 'alias', name: 'more' }], flow: true } as const;
  const value: Yaml = source.odd() ? junk(source) : random.chance(0.7) ? alias : both;
  const merge: YamlEntry = { key: plain('<<'), value };
  return random.chance(0.8) ? [merge, ...entries] : [...entries, merge];
}

export function baseServiceFile(source: Source, names: readonly string[]): YamlMap {
  return mapping(source, [
    [
      'services',
      (each) =>
        mapping(
          each,
          names.map((name) => [name, () => service(each, name)]),
        ),
    ],
  ]) as YamlMap;
}
