import { expect, it } from 'vitest';
import {
  isAvailable,
  parseEndpoint,
  parseVersion,
  takesRuntimeFlags,
} from '../../../src/runtime/models/answers.ts';

it('finds a model by any of its tags, with and without what goes without saying', () => {
  const listed = JSON.stringify([
    { id: 'sha256:1', tags: ['ai/small:latest', 'ai/small:360M'] },
    { id: 'sha256:2', tags: ['docker.io/ai/other:latest'] },
    { id: 'sha256:3' },
  ]);
  const found = ['ai/small', 'ai/small:latest', 'ai/small:360M', 'docker.io/ai/small', 'ai/other'];
  expect(found.filter((model) => !isAvailable(model, listed))).toEqual([]);
  const absent = ['ai/small:1B', 'small', 'ai/smal', 'hf.co/ai/small'];
  expect(absent.filter((model) => isAvailable(model, listed))).toEqual([]);
});

it('takes what is no list of models for an empty one', () => {
  expect(
    ['', 'null', '{}', '[null, 1]', 'Docker Model Runner is not running'].map((text) =>
      isAvailable('a', text),
    ),
  ).toEqual(Array(5).fill(false));
});

it('reads the address and the version, where they are told', () => {
  expect(parseEndpoint('{"running":true,"endpoint":"http://runner/v1/"}')).toBe('http://runner/v1/');
  expect(['', '{}', '{"endpoint":""}', '[]'].map(parseEndpoint)).toEqual(Array(4).fill(undefined));
  expect(parseVersion('{"SchemaVersion":"0.1.0","Version":"v1.0.6"}')).toBe('v1.0.6');
  expect(parseVersion('{}')).toBeUndefined();
});

it('knows which versions take flags of the runtime; what is no release is taken for a new one', () => {
  expect(['v1.0.6', '1.0.10', '1.1.0', 'v2.0.0', 'dev', undefined].filter(takesRuntimeFlags)).toHaveLength(6);
  expect(['v1.0.5', '0.1.40', '1.0.0'].filter(takesRuntimeFlags)).toEqual([]);
});
