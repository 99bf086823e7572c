import { expect, test } from 'vitest';
import { validateCompose } from '../../../src/compose/validate/index.ts';

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '0', '-'];
const shapes = {
  'plain objects': (json: string): unknown => JSON.parse(json),
  'objects without prototype': (json: string): unknown => JSON.parse(json, withoutPrototype),
};

test.each(Object.entries(shapes))('names that JavaScript uses itself are only names (%s)', (_, parse) => {
  const named = (value: unknown): string =>
    `{${names.map((name) => `"${name}":${JSON.stringify(value)}`).join()}}`;
  const service = `{"image":"a","environment":${named('x')},"labels":${named(1)},"networks":${named(null)},
    "depends_on":${named({ condition: 'service_started' })},"ulimits":${named(5)},"x-mine":${named({})}}`;
  const services = `{${names.map((name) => `"${name}":${service}`).join()}}`;
  const document = `{"services":${services},"networks":${named({})},"volumes":${named(null)},
    "configs":${named({ file: 'a' })},"secrets":${named({ file: 'a' })},"models":${named({ model: 'a' })}}`;
  expect(validateCompose(parse(document))).toEqual([]);
});

test.each(Object.entries(shapes))('mistakes below such names are found and placed (%s)', (_, parse) => {
  for (const name of names) {
    const document = parse(`{"services":{"${name}":{"image":5}}}`);
    expect(validateCompose(document)).toMatchObject([{ path: ['services', name, 'image'] }]);
  }
});

test.each(Object.entries(shapes))('such names are no keys of a service (%s)', (_, parse) => {
  for (const name of names) {
    const document = parse(`{"services":{"web":{"image":"a","${name}":{"image":"b"}}}}`);
    expect(validateCompose(document)).toMatchObject([
      { code: 'compose.unknown-key', path: ['services', 'web', name], atKey: true },
    ]);
  }
});

test('a list that repeats such a name is a list all the same', () => {
  const document = {
    services: { web: { image: 'a', cap_add: names, security_opt: names, group_add: names } },
  };
  expect(validateCompose(document)).toEqual([]);
});

test('keys may hold the characters of JSON pointers', () => {
  const document = { services: { web: { labels: { 'a/b~c~1d': [], e: 'f' }, 'x/y~z': 1 } } };
  expect(validateCompose(document).map(({ path }) => path)).toEqual([
    ['services', 'web', 'labels', 'a/b~c~1d'],
    ['services', 'web', 'x/y~z'],
  ]);
});

function withoutPrototype(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const bare = Object.create(null);
  for (const key of Object.keys(value)) bare[key] = (value as Record<string, unknown>)[key];
  return bare;
}
