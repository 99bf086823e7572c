import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFiles } from '../../../../src/compose/index.ts';
import { remoteProjects } from '../../../../src/runtime/index.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'flotilla-inside-'));
  mkdirSync(join(root, 'project/folder'), { recursive: true });
  mkdirSync(join(root, 'project-2'));
  writeFileSync(join(root, 'project/folder/file'), '');
  writeFileSync(join(root, 'secret'), '');
  symlinkSync('folder/file', join(root, 'project/good'));
  symlinkSync('../secret', join(root, 'project/bad'));
  symlinkSync('..', join(root, 'project/up'));
  symlinkSync('/nowhere/yet', join(root, 'project/dangling'));
  symlinkSync('ring', join(root, 'project/ring'));
});

afterAll(() => rmSync(root, { recursive: true }));

it.each([
  ['project', true],
  ['project/folder/file', true],
  ['project/missing/file', true],
  ['project/good', true],
  ['project/..project', true],
  ['project/bad', false],
  ['project/up/secret', false],
  ['project/up/missing', false],
  ['project/dangling', false],
  ['project/dangling/file', false],
  ['project/ring', false],
  ['project/good/file', false],
  ['project/../secret', false],
  ['project-2', false],
])('%s is inside of the project: %s', async (path, inside) => {
  const { isInside } = remoteProjects({ environment: {}, home: '/nonexistent', files: nodeFiles() });
  expect(await isInside(join(root, 'project'), `${root}/${path}`)).toBe(inside);
});
