import { expect, test } from 'vitest';
import { validateCompose } from '../../../src/compose/validate/index.ts';
import { type JsonSchema, placesIn, readSchema } from './support.ts';

test.each(['compose', 'events', 'diagnostic', 'x-flotilla'] as const)(
  'every key of the %s schema explains itself to an editor',
  async (name) => {
    const silent = propertiesIn(await readSchema(name)).filter(
      ({ schema: { title = '', description = '', examples = [] } }) =>
        title === '' || !/^.{10,}[.`]$/s.test(description) || examples.length === 0,
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  },
);

test('every definition of the Compose schema has a title and a description', async () => {
  const { $defs = {}, ...root } = await readSchema('compose');
  const silent = Object.entries({ ...$defs, root }).filter(
    ([, { title = '', description = '' }]) => title === '' || description === '',
  );
  expect(silent).toEqual([]);
});

test('every example of the Compose schema is valid where it stands', async () => {
  const wrong = placesIn(await readSchema('compose')).flatMap(({ place, schema: { examples = [] } }) =>
    examples.flatMap((example) => problemsWith(place, example)),
  );
  expect(wrong).toEqual([]);
});

interface Property {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** All keys that a schema names, each once where it is written down. */
function propertiesIn(schema: JsonSchema, path = ''): readonly Property[] {
  const { properties = {}, $defs = {}, items, additionalProperties } = schema;
  const named = Object.entries(properties).map(([key, value]) => ({ path: `${path}/${key}`, schema: value }));
  const inside: readonly (readonly [string, JsonSchema | undefined])[] = [
    ...named.map((property) => [property.path, property.schema] as const),
    ...Object.entries($defs).map(([key, value]) => [`${path}#${key}`, value] as const),
    [`${path}[]`, items],
    [`${path}/*`, typeof additionalProperties === 'object' ? additionalProperties : undefined],
  ];
  return [
    ...named,
    ...inside.flatMap(([where, value]) => (value === undefined ? [] : propertiesIn(value, where))),
  ];
}

/** Problems within a value at its place, whatever else may be missing around it. */
function problemsWith(place: string, value: unknown): readonly string[] {
  const steps = place.replaceAll('[]', '.[]').split('.');
  const document = steps.reduceRight<unknown>(
    (inner, step) => (step === '[]' ? [inner] : { [step === '*' ? 'some' : step]: inner }),
    value,
  );
  return validateCompose(document)
    .filter((problem) => problem.path.length >= steps.length)
    .map((problem) => problem.message);
}
