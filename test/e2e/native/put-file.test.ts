import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Libc, loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { putFile } from '../../../src/runtime/native/system/put-file.ts';

const real = await loadLibc();
/** As before Linux 5.6. */
const old: Libc = {
  ...real,
  openInRoot: () => {
    throw Object.assign(new Error('ENOSYS'), { code: 'ENOSYS' });
  },
};

let base = '';
let root = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'flotilla-put-'));
  root = join(base, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(base, 'outside'));
});
afterEach(() => rmSync(base, { recursive: true }));

const put = (libc: Libc, path: string, beneath = false) =>
  putFile(
    libc,
    { beneath, rootOf: (inside) => ({ root, path: inside }) },
    { path, bytes: Buffer.from('content'), mode: 0o4750, uid: 12, gid: 13 },
  );

describe.each([
  ['with openat2', real],
  ['without', old],
])('a file is put into a root %s', (_, libc) => {
  test('whole, with owner and mode, below folders that are made', () => {
    writeFileSync(join(root, 'etc/file'), 'before');
    put(libc, '/etc/file');
    put(libc, '/new/folder/file');
    for (const path of ['etc/file', 'new/folder/file']) {
      expect(readFileSync(join(root, path), 'utf8')).toBe('content');
      const { uid, gid, mode } = statSync(join(root, path));
      expect([uid, gid, mode & 0o7777]).toEqual([12, 13, 0o4750]);
    }
    expect(readdirSync(join(root, 'etc'))).toEqual(['file']);
  });

  test('where a link leads inside, and never outside', () => {
    symlinkSync('/etc', join(root, 'inner'));
    symlinkSync(join('..', '..', 'outside'), join(root, 'outer'));
    symlinkSync(join(base, 'outside/file'), join(root, 'etc/direct'));
    put(libc, '/inner/file');
    put(libc, '/etc/direct');
    put(libc, '/../../top');
    expect(readdirSync(join(root, 'etc')).sort()).toEqual(['direct', 'file']);
    expect(readFileSync(join(root, 'top'), 'utf8')).toBe('content');
    mkdirSync(join(root, 'outside'));
    put(libc, '/outer/file');
    expect(readdirSync(join(root, 'outside'))).toEqual(['file']);
    expect(readdirSync(join(base, 'outside'))).toEqual([]);
  });

  test('or not at all, where nothing may lead out', () => {
    symlinkSync(join(base, 'outside'), join(root, 'outer'));
    for (const path of ['outer/file', '../outside/file']) {
      expect(() => put(libc, path, true)).toThrow('EXDEV');
    }
    put(libc, 'etc/file', true);
    expect(readdirSync(join(base, 'outside'))).toEqual([]);
  });

  test('also over a file that is a mount of its own', () => {
    const mounted = join(base, 'outside/mounted');
    writeFileSync(mounted, 'a longer content than the new one');
    writeFileSync(join(root, 'etc/hosts'), '');
    real.mount(mounted, join(root, 'etc/hosts'), '', 0x1000, '');
    try {
      put(libc, '/etc/hosts');
      expect(readFileSync(mounted, 'utf8')).toBe('content');
    } finally {
      real.unmount(join(root, 'etc/hosts'), 0);
    }
  });
});
