import { expect, it } from 'vitest';
import { ignoreFileLines, pathPatterns } from '../../../../src/scheduler/watch/patterns.ts';

it.each([
  ['*.log', 'a.log', true],
  ['*.log', 'logs/a.log', false],
  ['**/*.log', 'a.log', true],
  ['**/*.log', 'logs/deep/a.log', true],
  ['node_modules', 'node_modules/x/index.js', true],
  ['node_modules', 'lib/node_modules', false],
  ['**/node_modules', 'lib/node_modules/x', true],
  ['/node_modules/', 'node_modules', true],
  ['./src/../lib', 'lib/a', true],
  ['a/**', 'a/b/c', true],
  ['a/**', 'a', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['?.js', 'a.js', true],
  ['?.js', 'ab.js', false],
  ['[a-c].js', 'b.js', true],
  ['[^a-c].js', 'b.js', false],
  ['[z-a].js', 'b.js', false],
  ['a.js', 'axjs', false],
  ['a+(b)', 'a+(b)', true],
  ['\\*.js', '*.js', true],
  ['\\*.js', 'a.js', false],
  ['.', 'a', false],
  ['', 'a', false],
  ['# no comment in a list', '# no comment in a list', true],
])('%s of %s: %s', (pattern, path, expected) => {
  expect(pathPatterns([pattern]).matches(path)).toBe(expected);
});

it('the last pattern that speaks of a path decides', () => {
  const { matches } = pathPatterns(['docs', '!docs/keep', 'docs/keep/not']);
  expect(['docs/a', 'docs/keep/b', 'docs/keep/not', 'src'].map(matches)).toEqual([true, false, true, false]);
});

it('a folder is covered when nothing in it can be excepted', () => {
  const { coverAll } = pathPatterns(['a', 'b', 'c/d', '!b/deep/*.js', '!c/*/keep']);
  expect(['a', 'a/x', 'b', 'b/deep', 'b/other', 'c/d', 'src'].map(coverAll)).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
  expect(pathPatterns(['a', '!**/keep']).coverAll('a')).toBe(false);
});

it('a .dockerignore has comments, and may have a byte order mark and the ends of lines of Windows', () => {
  expect(ignoreFileLines('\uFEFFa\r\n# b\r\n\r\n!c')).toEqual(['a', '', '!c']);
});
