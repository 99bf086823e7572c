import { expect, test } from 'vitest';
import { validateCompose } from '../../../src/compose/validate/index.ts';
import { acceptedKinds } from './accepted.ts';
import { placesIn, readSchema } from './support.ts';

const samples: Readonly<Record<string, unknown>> = {
  null: null,
  string: 'zz',
  fraction: 1.5,
  integer: 1,
  boolean: true,
  list: [],
  mapping: {},
};

test('accepts the kinds of values that docker compose accepts, and no others', () => {
  const differences = table().flatMap(({ place, kinds }) => {
    const accepted = Object.keys(samples).filter((kind) => accepts(place, samples[kind]));
    const expected = Object.keys(samples).filter((kind) => kinds.has(kind));
    return accepted.join() === expected.join() ? [] : [{ place, accepted, expected }];
  });
  expect(differences).toEqual([]);
});

test('the comparison with docker compose misses no place', async () => {
  const compared = table().map(({ place }) => place);
  const places = placesIn(await readSchema('compose')).map(({ place }) => place);
  expect(places.filter((place) => !compared.includes(place))).toEqual([]);
  expect(compared.filter((place) => !places.includes(place))).toEqual([]);
});

function table(): readonly { readonly place: string; readonly kinds: ReadonlySet<string> }[] {
  return Object.entries(acceptedKinds).flatMap(([kinds, places]) =>
    places
      .trim()
      .split(/\s+/)
      .map((place) => ({ place, kinds: new Set(kinds.split(' ')) })),
  );
}

/** Whether a value may stand at a place, whatever else may be missing around it. */
function accepts(place: string, value: unknown): boolean {
  const steps = place.replaceAll('[]', '.[]').split('.');
  const path = steps.map((step) => (step === '[]' ? 0 : step === '*' ? 'some' : step));
  const document = steps.reduceRight<unknown>(
    (inner, step, index) => (step === '[]' ? [inner] : { [String(path[index])]: inner }),
    value,
  );
  return !validateCompose(document).some(
    (problem) =>
      ['compose.invalid-type', 'compose.unknown-key'].includes(problem.code) &&
      problem.path.join('/') === path.join('/'),
  );
}

test('takes keys of the user in all mappings but these, as docker compose does', () => {
  expect(mappings().filter((place) => !accepts(`${place}.x-mine`, 1))).toMatchInlineSnapshot(`
    [
      "services.*.blkio_config",
      "services.*.blkio_config.device_read_bps[]",
      "services.*.blkio_config.device_read_iops[]",
      "services.*.blkio_config.device_write_bps[]",
      "services.*.blkio_config.device_write_iops[]",
      "services.*.blkio_config.weight_device[]",
      "services.*.env_file[]",
    ]
  `);
});

test('overlooks unknown keys in these mappings only, as docker compose does', () => {
  expect(mappings().filter((place) => accepts(`${place}.frobnicate`, 1))).toMatchInlineSnapshot(`
    [
      "configs.*.external",
      "include[]",
      "secrets.*.external",
      "services.*.extends",
      "services.*.gpus[]",
    ]
  `);
});

/** Mappings whose keys the Compose file format names. */
function mappings(): readonly string[] {
  const places = table().map(({ place }) => place);
  const named = places
    .filter((place) => /\.[^.*]+$/.test(place))
    .map((place) => place.replace(/\.[^.]+$/, ''));
  return [...new Set(named)].sort();
}
