import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveBeneath, resolveInRoot } from '../../../../../src/runtime/native/system/resolve-in-root.ts';

let root = '';
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'flotilla-root-')), 'root');
  mkdirSync(join(root, 'var/lib'), { recursive: true });
  writeFileSync(join(root, 'file'), '');
  symlinkSync('/var/lib', join(root, 'absolute'));
  symlinkSync('../lib/../../../../etc', join(root, 'var/lib/climbing'));
  symlinkSync('lib/..', join(root, 'var/self'));
  symlinkSync('b', join(root, 'a'));
  symlinkSync('a', join(root, 'b'));
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

const inside = (path: string) => resolveInRoot(root, path).slice(root.length) || '/';

test('links lead where they would lead inside', () => {
  expect(inside('/absolute/data')).toBe('/var/lib/data');
  expect(inside('var/self/lib')).toBe('/var/lib');
});

test('nothing leads out of the root', () => {
  expect(inside('/../../etc/passwd')).toBe('/etc/passwd');
  expect(inside('/var/lib/climbing/passwd')).toBe('/etc/passwd');
  expect(inside('..')).toBe('/');
});

test('what is not there, or below a file, is where it would be', () => {
  expect(inside('/no/such/../place')).toBe('/no/place');
  expect(inside('/file/below')).toBe('/file/below');
});

test('links in a circle are an error', () => {
  expect(() => inside('/a')).toThrow('ELOOP');
});

test('the machine’s own root can be the top', () => {
  expect(resolveInRoot('/', '/no-such-place/x')).toBe('/no-such-place/x');
});

test('a path that leaves the folder is told from one that stays', () => {
  expect(resolveBeneath(root, 'var/self/lib')).toBe(join(root, 'var/lib'));
  expect(resolveBeneath(root, 'var/../file')).toBe(join(root, 'file'));
  expect(resolveBeneath(root, '../root/file')).toBeUndefined();
  expect(resolveBeneath(root, 'absolute')).toBeUndefined();
  expect(resolveBeneath(root, 'var/lib/climbing')).toBeUndefined();
});
