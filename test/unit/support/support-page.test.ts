import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { attributeProject } from '../../e2e/attributes.ts';
import { branches, type JsonSchema, placesIn, readSchema } from '../schema/support.ts';
import { effectOf, refusedNatively } from './effect.ts';
import { acted, idle, native, nativeElsewhere, refused, waiting } from './rows.ts';

/**
 * docs/compose-support.md is written by this test (`npx vitest run test/unit/support -u`) from the schema, from what
 * each key changes in a plan, from the table of what a run refuses, and from what fixtures and engine tests use.
 */
const page = join(import.meta.dirname, '../../../docs/compose-support.md');
const schema = await readSchema('compose');
const keys = placesIn(schema).filter(({ place }) => /(?:^|\.)[\w-]+$/.test(place));

it('knows of each key whether it acts', async () => {
  const unknown: string[] = [];
  for (const { place } of unique(keys)) {
    const changes = await effectOf(place, schema);
    const listed = [place in acted, isIdle(place), refusal(place) !== undefined, wait(place) !== undefined];
    const count = listed.filter(Boolean).length;
    const isRefused = changes.startsWith('refused');
    if (isRefused ? refusal(place) === undefined && !(place in acted) : place in refused)
      unknown.push(`${place}: ${changes}`);
    else if (isRefused) continue;
    else if (changes === 'yes' ? count > (refusal(place) === undefined ? 0 : 1) : count !== 1)
      unknown.push(`${place}: ${changes}`);
  }
  expect(unknown).toEqual([]);
});

it('knows of each key whether containers of the native engine may have it', async () => {
  const wrong: string[] = [];
  for (const { place } of unique(keys)) {
    const found = { all: 'no', some: 'in part', none: 'yes' }[await refusedNatively(place, schema)];
    // One above a key that decides has examples with that; those below it say nothing by themselves.
    const isAbove = found !== 'yes' && Object.keys(native).some((key) => isBelow(key, place));
    const isRight =
      place in native
        ? found === native[place]
        : saidOf(place, native) !== undefined || found === 'yes' || isAbove;
    if (!isRight) wrong.push(`${place}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

it('is shown by docs/compose-support.md', async () => {
  const loaded = usedIn(fixtureTexts());
  const run = usedIn([attributeProject(true)['compose.yaml'] ?? '']);
  const rows = unique(keys).map(({ place, schema: { title = '' } }) => row(place, title, loaded, run));
  await expect(text(rows)).toMatchFileSnapshot(page);
});

interface Row {
  readonly place: string;
  readonly cells: readonly string[];
}

function row(place: string, title: string, loaded: ReadonlySet<string>, run: ReadonlySet<string>): Row {
  const reason = refusal(place);
  const tests = [loaded.has(place) ? 'model' : '', run.has(place) ? 'engine' : ''].filter(Boolean).join(', ');
  const pending = wait(place);
  const status =
    reason !== undefined
      ? `refused: ${reason}`
      : isIdle(place)
        ? 'accepted, no effect'
        : pending !== undefined
          ? `accepted, no effect yet: ${pending}`
          : 'supported';
  const note = acted[place];
  const onNative = saidOf(place, native) ?? saidOf(place, nativeElsewhere) ?? 'yes';
  const drivers = status === 'supported' ? ['0.1.0', 'yes', onNative, '–'] : ['0.1.0', '–', '–', '–'];
  return {
    place,
    cells: [
      `\`${place}\``,
      title,
      note === undefined ? status : `${status}: ${note}`,
      ...drivers,
      tests || '–',
    ],
  };
}

function text(rows: readonly Row[]): string {
  const sections = ['services', 'networks', 'volumes', 'configs', 'secrets', 'models'];
  const top = rows.filter(({ place }) => !place.includes('.') && !place.includes('['));
  const parts = [
    ['The file', top] as const,
    ...sections.map(
      (name) => [`\`${name}\``, rows.filter(({ place }) => place.startsWith(`${name}.`))] as const,
    ),
    ['`include`', rows.filter(({ place }) => place.startsWith('include['))] as const,
  ];
  const head =
    '| Key | Meaning | Status | Since | docker | native | swarm | Tests |\n|---|---|---|---|---|---|---|---|\n';
  const tables = parts.map(
    ([title, part]) =>
      `## ${title}\n\n${head}${part.map(({ cells }) => `| ${cells.join(' | ')} |\n`).join('')}`,
  );
  return `${intro}\n${tables.join('\n')}`;
}

const intro = `# What Flotilla does with each key of a Compose file

<!-- Written by test/unit/support from the schema, the planner and the tests: change those, not this page. -->

- **supported**: the key does what docker compose does with it. The word after the colon says where it acts, for keys
  that do not shape a container, network or volume.
- On the native engine *in part* means that some values are refused; [runtimes.md](runtimes.md) tells which.
- **accepted, no effect**: the key is checked and part of what \`config\` prints; without a swarm nothing acts on it, in docker
  compose neither.
- **accepted, no effect yet**: the same, until the command that it is for is there.
- **refused**: \`config\` takes the key; \`up\` fails with the named [error](errors.md) at its place, so that nothing that
  the file asks for is dropped in silence.

\`*\` is a name of yours, \`[]\` an entry of a list. *Since* is the release that first knew the key. The drivers *native*
and *swarm* are not there yet. *Tests*: \`model\`, a fixture compares the loaded model and its hash with docker compose's;
\`engine\`, a test compares the container on a real engine with docker compose's.
`;

function refusal(place: string): string | undefined {
  return saidOf(place, refused);
}

function wait(place: string): string | undefined {
  return saidOf(place, waiting);
}

/** What a table says of a key or of one that it is below of. */
function saidOf<Word extends string>(place: string, table: Readonly<Record<string, Word>>): Word | undefined {
  const at = Object.keys(table).find((key) => place === key || isBelow(place, key));
  return at === undefined ? undefined : table[at];
}

function isIdle(place: string): boolean {
  return idle.some((key) => place === key || isBelow(place, key));
}

function isBelow(place: string, key: string): boolean {
  return place.startsWith(`${key}.`) || place.startsWith(`${key}[`);
}

function unique<T extends { readonly place: string }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((each) => [each.place, each])).values()];
}

function fixtureTexts(): readonly string[] {
  const root = join(import.meta.dirname, '../../../fixtures/compose');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !/recorded|flotilla\.yaml/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'));
}

/** The places of the schema that files use. */
function usedIn(texts: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const source of texts) {
    const documents = parseAllDocuments(source, { merge: true, logLevel: 'silent', uniqueKeys: false });
    for (const document of Array.isArray(documents) ? documents : []) {
      if (document.errors.length > 0) continue;
      try {
        walk(document.toJS(), schema, '', used);
      } catch {
        // Aliases that make no value: the fixture is about that.
      }
    }
  }
  return used;
}

function walk(value: unknown, given: JsonSchema, place: string, used: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const prefix = place === '' ? '' : `${place}.`;
  for (const { properties = {}, patternProperties = {}, additionalProperties, items } of branches(
    schema,
    given,
  )) {
    if (Array.isArray(value)) {
      if (items !== undefined) for (const item of value) walk(item, items, `${place}[]`, used);
      continue;
    }
    const others = [additionalProperties, ...Object.values(patternProperties)].filter(
      (each): each is JsonSchema => typeof each === 'object',
    );
    for (const [key, inner] of Object.entries(value)) {
      const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (known !== undefined) {
        used.add(`${prefix}${key}`);
        walk(inner, known, `${prefix}${key}`, used);
      } else for (const other of others) walk(inner, other, `${prefix}*`, used);
    }
  }
}
