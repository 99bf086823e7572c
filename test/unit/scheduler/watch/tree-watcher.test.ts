import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Project, Service, WatchRule } from '../../../../src/compose/index.ts';
import { serviceName } from '../../../../src/core/ids.ts';
import { systemClock } from '../../../../src/runtime/index.ts';
import { watchRules } from '../../../../src/scheduler/watch/rules.ts';
import { TreeWatcher } from '../../../../src/scheduler/watch/tree-watcher.ts';

const web = serviceName('web');
const patience = { timeout: 10_000 };
let folder: string;
let stop: AbortController;
let told: string[];
let watcher: TreeWatcher | undefined;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'flotilla-watcher-')));
  stop = new AbortController();
  told = [];
});
afterEach(async () => {
  stop.abort(new DOMException('the test is over', 'AbortError'));
  await watcher?.close();
  watcher = undefined;
  rmSync(folder, { recursive: true });
});

const at = (path: string): string => join(folder, path);
const write = (path: string, text = ''): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
};

async function watch(...rules: readonly Partial<WatchRule>[]): Promise<void> {
  const made = rules.map((rule) => ({ action: 'sync', target: '/app', path: folder, ...rule }) as WatchRule);
  const service = { name: web, develop: { watch: made } } as unknown as Service;
  const project = { services: new Map([[web, service]]) } as unknown as Project;
  watcher = await TreeWatcher.open({
    rules: watchRules(project, new Set(), () => []),
    base: folder,
    clock: systemClock,
    signal: stop.signal,
    onChanges: (changed) => {
      for (const { changes } of changed) told.push(...changes.map(({ kind, path }) => `${kind} ${path}`));
    },
    onTrouble: (message) => told.push(message),
  });
}

it('tells of what happens in a folder that has been replaced within a moment', async () => {
  write('src/sub/a');
  await watch({ path: at('src') });
  rmSync(at('src/sub'), { recursive: true });
  write('src/sub/a', 'again');
  await expect.poll(() => told, patience).toContain('file sub/a');
  told = [];
  // Whatever the kernel watched, the folder of that name is watched now, at the latest after everything was looked at.
  await expect
    .poll(() => {
      write(`src/sub/b${told.length}`, String(Math.random()));
      return told.filter((line) => line.startsWith('file sub/b')).length > 1;
    }, patience)
    .toBe(true);
});

it('tells of files that are included in folders that do not count themselves', async () => {
  write('src/sub/a.js');
  write('src/other/b.js');
  await watch({ path: at('src'), include: ['**/*.js'] });
  renameSync(at('src/sub'), at('src/old'));
  renameSync(at('src/other'), at('src/sub'));
  await expect.poll(() => told, patience).toContain('file sub/b.js');
  await expect
    .poll(() => {
      write('src/sub/b.js', String(Math.random()));
      return told.filter((line) => line === 'file sub/b.js').length > 1;
    }, patience)
    .toBe(true);
});

it('tells of a file whose folder has gone and comes back later', async () => {
  write('conf/deep/app.conf');
  await watch({ path: at('conf/deep/app.conf') });
  rmSync(at('conf'), { recursive: true });
  await expect.poll(() => told, patience).toEqual(['absent ']);
  for (const text of ['new', 'newer']) {
    told = [];
    write('conf/deep/app.conf', text);
    await expect.poll(() => told, patience).toContain('file ');
  }
});

it('tells of files behind links, by which the rule names them', async () => {
  write('real/src/a');
  symlinkSync('real', at('link'));
  await watch({ path: at('link/src') });
  write('real/src/a', 'changed');
  await expect.poll(() => told, patience).toContain('file a');
});

it('tells of a path that is not there yet', async () => {
  await watch({ path: at('later/src') });
  write('later/src/a');
  await expect.poll(() => told, patience).toContain('file a');
});
