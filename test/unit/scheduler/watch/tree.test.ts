import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { pathPatterns } from '../../../../src/scheduler/watch/patterns.ts';
import { Tree } from '../../../../src/scheduler/watch/tree.ts';

let folder: string;
let tree: Tree;
let newFolders: string[];

const at = (path: string): string => join(folder, path);
/** What has changed, a word each. */
const changed = async (path?: string): Promise<readonly string[]> =>
  (await tree.look(path)).map(({ path: each, kind, was }) => {
    const before = kind === 'absent' || was === undefined || was === kind ? '' : ` (was a ${was})`;
    return `${kind} ${each}${before}`;
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-tree-'));
  mkdirSync(at('sub'));
  writeFileSync(at('one'), 'first');
  writeFileSync(at('sub/two'), 'second');
  mkdirSync(at('ignored'));
  newFolders = [];
  const ignored = pathPatterns(['ignored', '*.tmp']);
  tree = new Tree(
    {
      service: serviceName('web'),
      index: 0,
      action: 'sync',
      path: folder,
      target: '/app',
      initialSync: false,
      counts: (path) => !ignored.matches(path),
      skips: ignored.coverAll,
    },
    { onUnreadable: () => {}, onNewFolder: (path) => void newFolders.push(path) },
  );
  await tree.look();
});
afterEach(() => rmSync(folder, { recursive: true }));

it('tells what is new, changed and gone, and nothing twice', async () => {
  appendFileSync(at('one'), '!');
  mkdirSync(at('new/deep'), { recursive: true });
  writeFileSync(at('new/deep/three'), '');
  symlinkSync('one', at('link'));
  rmSync(at('sub'), { recursive: true });
  writeFileSync(at('left.tmp'), '');
  writeFileSync(at('ignored/four'), '');
  expect(await changed()).toEqual([
    'absent sub/two',
    'absent sub',
    'link link',
    'folder new',
    'folder new/deep',
    'file new/deep/three',
    'file one',
  ]);
  expect(await changed()).toEqual([]);
  expect(newFolders).toEqual([at('new'), at('new/deep')]);
});

it('looks at one path only when it is told so', async () => {
  appendFileSync(at('one'), '!');
  appendFileSync(at('sub/two'), '!');
  expect(await changed('sub')).toEqual(['file sub/two']);
  expect(await changed('nothing')).toEqual([]);
  expect(await changed('ignored')).toEqual([]);
});

it('takes what was only touched, or written as it was, for the same once it has seen it', async () => {
  writeFileSync(at('one'), 'known');
  expect(await changed('one')).toEqual(['file one']);
  utimesSync(at('one'), 1, 1);
  expect(await changed('one')).toEqual([]);
  writeFileSync(at('other'), 'known');
  renameSync(at('other'), at('one'));
  expect(await changed('one')).toEqual([]);
  chmodSync(at('one'), 0o755);
  expect(await changed('one')).toEqual(['file one']);
});

it('says that a file has become a folder, and the other way round', async () => {
  rmSync(at('one'));
  mkdirSync(at('one'));
  rmSync(at('sub'), { recursive: true });
  writeFileSync(at('sub'), '');
  expect(await changed()).toEqual(['absent sub/two', 'folder one (was a file)', 'file sub (was a folder)']);
});

it('notices a folder that is another one under the same name', async () => {
  renameSync(at('sub'), at('old'));
  mkdirSync(at('sub'));
  writeFileSync(at('sub/two'), 'second');
  expect(await changed('sub')).toEqual(['file sub/two']);
  expect(newFolders).toEqual([at('sub')]);
});

it('notices a folder that has gone and come back between two looks', async () => {
  rmSync(at('sub'), { recursive: true });
  mkdirSync(at('sub'));
  writeFileSync(at('sub/two'), 'second');
  await changed('sub');
  expect(newFolders).toEqual([at('sub')]);
});

it('all folders are old ones the first time', () => {
  expect(newFolders).toEqual([]);
});
