import { dirname, relative } from 'node:path/posix';
import { createRandom } from '../random.ts';
import { serviceAttributes } from './attributes.ts';
import { baseServiceFile, drawNames, fullDocument, overrideDocument } from './documents.ts';
import { envLines } from './dotenv.ts';
import { addIncludes } from './includes.ts';
import type { CaseFile, ProjectCase } from './project-case.ts';
import { projectVariable } from './project-variables.ts';
import { readYaml } from './read-yaml.ts';
import { recipes } from './recipes.ts';
import { createSource, type Gen, oneOf, type Source, spell, str } from './source.ts';
import { twist } from './twist.ts';
import { enrich, vary } from './vary.ts';
import { map, plain, type Yaml, type YamlMap } from './yaml-tree.ts';

/** The project of a seed: always the same for the same seed. */
export function generateCase(seed: number): ProjectCase {
  const random = createRandom(seed);
  const oddness = random.pick([0, 0, 0, 0, 0.001, 0.003, 0.008, 0.03]);
  const source = createSource(random, oddness);
  return random.chance(0.25) ? publishedCase(source) : inventedCase(source);
}

interface Draft {
  readonly files: Map<string, CaseFile>;
  readonly composeFiles: string[];
  readonly envFiles: string[];
}

/** One of the published projects, changed. */
function publishedCase(source: Source): ProjectCase {
  const { random } = source;
  const draft: Draft = { files: new Map(), composeFiles: [], envFiles: [] };
  const rate = random.pick([0, 0.05, 0.15, 0.4]);
  const base = vary(source, readYaml(random.pick(recipes)), rate);
  const document = base.kind === 'map' && random.chance(0.4) ? enrich(source, base) : base;
  draft.files.set(random.pick(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']), [
    document.kind === 'map' ? twist(source, document) : document,
  ]);
  if (random.chance(0.5)) draft.files.set('.env', { lines: ['DB_PASSWORD=pw$$1', ...envLines(source)] });
  source.environment.set('SET_OUTSIDE', 'from outside');
  return finish(source, draft);
}

function inventedCase(source: Source): ProjectCase {
  const { random, names } = source;
  const draft: Draft = { files: new Map(), composeFiles: [], envFiles: [] };
  drawNames(source);
  for (const path of ['app.env', 'conf/more.env']) {
    if (!random.chance(0.3)) continue;
    draft.files.set(path, random.chance(0.9) ? { lines: envLines(source) } : { lines: [] });
    names.envFiles.push(path, `./${path}`);
  }
  if (random.chance(0.15)) {
    draft.files.set('labels', { lines: envLines(source).filter((line) => !line.startsWith('COMPOSE_')) });
    names.labelFiles.push('labels');
  }
  if (random.chance(0.8))
    source.environment.set('SET_OUTSIDE', random.pick(['outside', '', 'a b', 'x=y', '$5']));
  if (random.chance(0.3)) draft.files.set('.env', { lines: envLines(source) });
  const main = random.pick(['compose.yaml', 'compose.yaml', 'docker-compose.yml', 'compose.yml']);
  const documents: Yaml[] = [twist(source, withExtends(source, draft, fullDocument(source)))];
  while (random.chance(0.07)) documents.push(twist(source, overrideDocument(source)));
  draft.files.set(main, documents);
  addOverrides(source, draft, main);
  if (random.chance(0.12)) addIncludes(source, draft.files, main);
  return finish(source, draft);
}

function addOverrides(source: Source, draft: Draft, main: string): void {
  const { random } = source;
  const kind = random.below(10);
  if (kind < 2) {
    draft.files.set(
      random.pick(['compose.override.yaml', 'docker-compose.override.yml', 'compose.override.yml']),
      [twist(source, overrideDocument(source))],
    );
  } else if (kind < 5) {
    draft.files.set('over/prod.yaml', [twist(source, overrideDocument(source))]);
    draft.composeFiles.push(main, 'over/prod.yaml');
    if (random.chance(0.3)) {
      draft.files.set('third.yaml', [twist(source, overrideDocument(source))]);
      draft.composeFiles.push('third.yaml');
    }
  }
}

/** Some services get a base: another service of the document, or one of another file. */
function withExtends(source: Source, draft: Draft, document: YamlMap): YamlMap {
  const { random, names } = source;
  if (!random.chance(0.15)) return document;
  const bases = ['base', 'base2'];
  const path = random.pick(['common.yaml', 'lib/common.yaml']);
  const base = baseServiceFile(source, bases);
  const deeper = random.chance(0.25) ? 'lib/deep/base.yml' : undefined;
  if (deeper !== undefined) draft.files.set(deeper, [baseServiceFile(source, ['deepest'])]);
  const below =
    deeper === undefined
      ? plain('base')
      : map({ file: spell(source, relative(dirname(path), deeper)), service: plain('deepest') });
  draft.files.set(path, [random.chance(deeper === undefined ? 0.3 : 0.8) ? chained(base, below) : base]);
  const entries = document.entries.map((entry) => {
    if (entry.key.kind !== 'scalar' || entry.key.text !== 'services' || entry.value.kind !== 'map')
      return entry;
    const services = entry.value.entries.map((each, index) => {
      if (each.value.kind !== 'map' || !random.chance(0.5)) return each;
      const earlier = source.odd() ? names.services : names.services.slice(0, index);
      const target: Gen =
        earlier.length > 0 && random.chance(0.4)
          ? oneOf(str(...earlier), (s) => map({ service: str(...earlier)(s) }))
          : (s) => map({ file: spell(s, path), service: s.odd() ? plain('nobody') : str(...bases)(s) });
      const extended = { key: plain('extends'), value: target(source) };
      return { ...each, value: { ...each.value, entries: [extended, ...each.value.entries] } };
    });
    return { ...entry, value: { ...entry.value, entries: services } };
  });
  return { ...document, entries };
}

/** `base2` extends another one. */
function chained(document: YamlMap, below: Yaml): YamlMap {
  const [services, ...rest] = document.entries;
  if (services?.value.kind !== 'map') return document;
  const entries = services.value.entries.map((each) =>
    each.key.kind === 'scalar' && each.key.text === 'base2' && each.value.kind === 'map'
      ? {
          ...each,
          value: {
            ...each.value,
            entries: [{ key: plain('extends'), value: below }, ...each.value.entries],
          },
        }
      : each,
  );
  return { ...document, entries: [{ ...services, value: { ...services.value, entries } }, ...rest] };
}

function finish(source: Source, draft: Draft): ProjectCase {
  const { random, names } = source;
  if (random.chance(0.1)) {
    draft.files.set('prod.env', { lines: envLines(source) });
    draft.envFiles.push('prod.env');
    if (random.chance(0.3) && draft.files.has('.env')) draft.envFiles.unshift('.env');
  }
  if (random.chance(0.07)) {
    const [name, value] = projectVariable(source, [...draft.files.keys()]);
    const dotEnv = draft.files.get('.env');
    if (dotEnv !== undefined && 'lines' in dotEnv && random.chance(0.4))
      draft.files.set('.env', { lines: [`${name}=${value}`, ...dotEnv.lines] });
    else source.environment.set(name, value);
  }
  const profiles = random.chance(0.3)
    ? random.shuffle(['debug', 'test', '*', 'p.1', 'dev']).slice(0, 1 + random.below(2))
    : [];
  const services = names.services.length > 0 && random.chance(0.06) ? [random.pick(names.services)] : [];
  const safe = services.every((name) => /^[a-z]/i.test(name));
  return {
    files: draft.files,
    composeFiles: draft.composeFiles,
    envFiles: draft.envFiles,
    profiles,
    environment: source.environment,
    services: safe ? services : [],
    ...(random.chance(0.1)
      ? { projectName: random.pick(['given', 'given_1', '1x', source.odd() ? 'Bad.Name' : 'ok']) }
      : {}),
    ...(random.chance(0.02) ? { projectDirectory: random.pick(['.', 'sub', '/abs/project']) } : {}),
  };
}

/** The attributes that generated services can have. */
export const generatedAttributes: readonly string[] = [
  'image',
  'build',
  'extends',
  'profiles',
  ...Object.keys(serviceAttributes),
];
