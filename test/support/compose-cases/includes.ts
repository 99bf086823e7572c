import { service } from './documents.ts';
import { envLines } from './dotenv.ts';
import type { CaseFile } from './project-case.ts';
import { mapping } from './shapes.ts';
import { type Gen, type Source, spell, str } from './source.ts';
import { different, twist } from './twist.ts';
import { map, plain, text, type Yaml, type YamlEntry, type YamlMap } from './yaml-tree.ts';

/** Gives the main file an `include` of one or two others, one of which may include a third. */
export function addIncludes(source: Source, files: Map<string, CaseFile>, main: string): void {
  const { random } = source;
  const [path = '', second = ''] = random.shuffle(['sub/compose.yaml', 'inc.yaml', 'sub/deep/inc.yml']);
  files.set(path, [twist(source, includedDocument(source, 'included'))]);
  if (random.chance(0.5))
    files.set(`${path.slice(0, path.lastIndexOf('/') + 1)}.env`, { lines: envLines(source) });
  const entries = [includeEntry(source, path)];
  if (random.chance(0.3)) {
    files.set(second, [includedDocument(source, source.odd() ? 'included' : 'second')]);
    if (random.chance(0.7)) entries.push(includeEntry(source, second));
    else withIncludes(files, path, [includeEntry(source, second)]);
  }
  if (source.odd())
    entries.push(plain(random.pick(['', '~', '5', 'true', '[]', '{}', '[x]', 'missing.yaml'])));
  withIncludes(files, main, entries);
}

function includedDocument(source: Source, name: string): YamlMap {
  const { random } = source;
  return mapping(source, [
    [
      'services',
      (each) =>
        mapping(each, [
          [name, () => service(each, name)],
          ...(each.odd() ? [[each.names.services[0] ?? 'x', () => service(each, 'x')] as const] : []),
        ]),
    ],
    ...(random.chance(0.5)
      ? [
          ['volumes', () => map({ [`${name}_data`]: plain('') })] as const,
          ['networks', () => map({ [name]: map({}) })] as const,
        ]
      : []),
  ]);
}

function withIncludes(files: Map<string, CaseFile>, path: string, entries: readonly Yaml[]): void {
  const documents = files.get(path);
  if (documents === undefined || 'lines' in documents) return;
  const [first, ...rest] = documents;
  if (first?.kind !== 'map') return;
  const include = { key: plain('include'), value: { kind: 'list', items: entries } as const };
  files.set(path, [{ ...first, entries: [include, ...first.entries] }, ...rest]);
}

function includeEntry(source: Source, path: string): Yaml {
  const { random } = source;
  const kind = random.below(4);
  if (kind === 0) return spell(source, path);
  if (kind === 1) return spell(source, `./${path}`);
  const fields: readonly (readonly [string, number, Gen])[] = [
    ['path', 1, random.chance(0.5) ? (each) => spell(each, path) : (each) => flowList([spell(each, path)])],
    ['project_directory', 0.4, str('.', 'sub', '../x', './sub/', '/abs', 'not/there')],
    ['env_file', 0.4, envFiles],
  ];
  const entries = fields.flatMap(([name, share, make]): YamlEntry[] => {
    if (!random.chance(share) || source.odd()) return [];
    const key = source.odd() ? random.pick([name.toUpperCase(), `${name}s`, 'x-y', 'foo']) : name;
    return [{ key: text(key), value: source.odd() ? plain(random.pick(wrong)) : make(source) }];
  });
  return { kind: 'map', entries: different(entries), flow: random.chance(0.2) };
}

const wrong = ['5', 'true', '', '~', '[]', '{}', '[5]', '[[]]', '[null]', "['']", '1.5', '{a: b}', 'x'];

const envFiles: Gen = (source) => {
  const { random } = source;
  const known = ['/dev/null', ...source.names.envFiles];
  const paths = source.odd() ? [...known, 'missing.env', ''] : known;
  return random.chance(0.5) ? str(...paths)(source) : flowList(random.shuffle(paths).slice(0, 2).map(text));
};

function flowList(items: readonly Yaml[]): Yaml {
  return { kind: 'list', items, flow: true };
}
