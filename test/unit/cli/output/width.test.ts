import { expect, test } from 'vitest';
import { displayWidth, padEnd, truncate } from '../../../../src/cli/output/width.ts';

test('wide characters take two columns, combining ones none', () => {
  expect(['web-1', '数据库', 'é', 'e\u0301', '🐳', '…'].map(displayWidth)).toEqual([5, 6, 1, 1, 2, 1]);
});

test('text is cut by columns and shows that it was cut', () => {
  expect(truncate('docker-entrypoint.sh', 20)).toBe('docker-entrypoint.sh');
  expect(truncate('docker-entrypoint.sh nginx', 20)).toBe('docker-entrypoint.s…');
  expect(truncate('数据库', 4)).toBe('数…');
  expect(truncate('abc', 1)).toBe('…');
  expect(truncate('abc', 0)).toBe('');
});

test('padding counts columns, not characters', () => {
  expect(padEnd('数', 4)).toBe('数  ');
  expect(padEnd('long', 2)).toBe('long');
});
