import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { readOnlyView } from '../../../src/runtime/native/system/read-only-view.ts';

const libc = await loadLibc();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-view-'));
  copyFileSync('/bin/echo', join(folder, 'echo'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a program runs by its view, and nobody can write to it there', () => {
  const program = readOnlyView(libc)(join(folder, 'echo'));
  expect(program).toMatch(/^\/proc\/\d+\/fd\/\d+\/echo$/);
  expect(execFileSync(program, ['hello'], { encoding: 'utf8' })).toBe('hello\n');
  expect(() => openSync(program, 'r+')).toThrow('EROFS');
  openSync(join(folder, 'echo'), 'r+');
});

test('the view shows the program that came in its place', () => {
  const program = readOnlyView(libc)(join(folder, 'echo'));
  rmSync(join(folder, 'echo'));
  copyFileSync('/bin/true', join(folder, 'echo'));
  expect(execFileSync(program, ['hello'], { encoding: 'utf8' })).toBe('');
});

test('a link to another name has no view, and no program has one where the kernel refuses', () => {
  symlinkSync(join(folder, 'echo'), join(folder, 'say'));
  expect(readOnlyView(libc)(join(folder, 'say'))).toBe(join(folder, 'say'));
  const refused = readOnlyView({ cloneReadOnly: () => undefined });
  expect(refused(join(folder, 'echo'))).toBe(join(folder, 'echo'));
});
