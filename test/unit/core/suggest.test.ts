import { expect, test } from 'vitest';
import { suggest } from '../../../src/core/suggest.ts';

test.each([
  ['imgae', ['image', 'init', 'links'], ['image']],
  ['Image', ['image'], ['image']],
  ['enviroment', ['environment', 'env_file'], ['environment']],
  ['prot', ['port', 'ports', 'pull'], ['port']],
  ['xyz', ['image', 'build'], []],
  ['', ['a'], ['a']],
  ['depend_on', ['depends_on', 'ports'], ['depends_on']],
])('%s', (typed, candidates, expected) => {
  expect(suggest(typed, candidates)).toEqual(expected);
});

test('the nearest comes first, and equals keep their order', () => {
  expect(suggest('port', ['sort', 'ports', 'port', 'fort'])).toEqual(['port', 'sort', 'ports']);
  expect(suggest('port', ['sort', 'ports', 'port', 'fort'], 1)).toEqual(['port']);
});
