import { expect, it } from 'vitest';
import { goJson } from '../../../src/core/go-json.ts';
import { formatFloat, shortestFloat32 } from '../../../src/core/go-number.ts';

it('writes compact and indented JSON with the keys in the given order', () => {
  const value = new Map<string, never>([
    ['b', [1, 2n, null, true] as never],
    ['a', new Map() as never],
    ['c', [] as never],
  ]);
  expect(goJson(value)).toBe('{"b":[1,2,null,true],"a":{},"c":[]}');
  expect(goJson(value, { indent: 2 })).toBe(
    '{\n  "b": [\n    1,\n    2,\n    null,\n    true\n  ],\n  "a": {},\n  "c": []\n}',
  );
});

it('escapes what Go escapes', () => {
  expect(goJson('<a>&\u2028\u2029"\\\n\u0001é')).toBe(
    '"\\u003ca\\u003e\\u0026\\u2028\\u2029\\"\\\\\\n\\u0001é"',
  );
  expect(goJson('<a>&', { escapeHtml: false })).toBe('"<a>&"');
});

it('prints floats like Go', () => {
  expect([1, 1.5, 1e6, 123456789.5, 1e-5, 0.0001, 1e21, Number.POSITIVE_INFINITY].map(formatFloat)).toEqual([
    '1',
    '1.5',
    '1e+06',
    '1.234567895e+08',
    '1e-05',
    '0.0001',
    '1e+21',
    '+Inf',
  ]);
  expect([0.1, 1 / 3, 0.5].map(shortestFloat32)).toEqual([0.1, 0.33333334, 0.5]);
});
