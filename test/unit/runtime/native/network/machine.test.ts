import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineAt } from '../../../../../src/runtime/native/network/machine.ts';
import { loadLibc } from '../../../../../src/runtime/native/system/libc.ts';
import { createLocks } from '../../../../../src/runtime/native/system/lock.ts';

const libc = await loadLibc();
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'machine-'));
  folder = join(parent, 'shared');
});
afterEach(() => rmSync(parent, { recursive: true }));

/** As another process has it: with a queue of its own. */
const machine = () => machineAt(folder, createLocks(libc));

test('looking at it leaves nothing behind', async () => {
  expect(await machine().hold(async () => existsSync(folder))).toBe(true);
  expect(existsSync(folder)).toBe(false);
});

test('one is at it at a time, although its folder goes each time', async () => {
  let inside = 0;
  const counts = await Promise.all(
    Array.from({ length: 20 }, () =>
      machine().hold(async () => {
        inside += 1;
        const count = inside;
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        return count;
      }),
    ),
  );
  expect(counts).toEqual(counts.map(() => 1));
  expect(existsSync(folder)).toBe(false);
});

test('settings that a killed engine did not put back are kept for the next one', async () => {
  const before = machine();
  await before.hold(async () => writeFileSync(join(folder, 'settings.json'), '{}'));
  expect(await before.hold(async () => 'held')).toBe('held');
  expect(existsSync(join(folder, 'settings.json'))).toBe(true);
});
