import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBuild, publish } from '../../../scripts/build/publish.mjs';

let dist: string;
const hour = 60 * 60 * 1000;

beforeEach(() => {
  dist = join(mkdtempSync(join(tmpdir(), 'flotilla-publish-')), 'dist');
});
afterEach(() => rmSync(join(dist, '..'), { recursive: true }));

/** A build that consists of a program, which names the part, and the part. */
function build(part: string): string {
  const folder = openBuild(dist);
  mkdirSync(join(folder, 'cli'));
  writeFileSync(join(folder, 'flotilla.cjs'), `load ${part}`);
  writeFileSync(join(folder, 'cli', part), 'text');
  return folder;
}

function parts(): readonly string[] {
  return readdirSync(join(dist, 'cli')).sort();
}

it('puts a build in its place and leaves the parts of the one before to programs that run', () => {
  publish(dist, build('one'), { isAlone: false, now: 0 });
  publish(dist, build('two'), { isAlone: false, now: hour });
  expect(readFileSync(join(dist, 'flotilla.cjs'), 'utf8')).toBe('load two');
  expect(parts()).toEqual(['one', 'two']);
});

it('forgets a build a day after it was replaced, however old it was', () => {
  publish(dist, build('one'), { isAlone: false, now: 0 });
  publish(dist, build('two'), { isAlone: false, now: 100 * hour });
  publish(dist, build('three'), { isAlone: false, now: 123 * hour });
  expect(parts()).toEqual(['one', 'three', 'two']);
  publish(dist, build('four'), { isAlone: false, now: 125 * hour });
  expect(parts()).toEqual(['four', 'three', 'two']);
});

it('leaves nothing but the build when it is packed', () => {
  publish(dist, build('one'), { isAlone: false });
  publish(dist, build('two'), { isAlone: true });
  expect(readdirSync(dist).sort()).toEqual(['cli', 'flotilla.cjs']);
  expect(parts()).toEqual(['two']);
});

it('takes what lies there without a record for the build before', () => {
  mkdirSync(join(dist, 'cli'), { recursive: true });
  writeFileSync(join(dist, 'cli', 'zero'), 'text');
  publish(dist, build('one'), { isAlone: false, now: 0 });
  expect(parts()).toEqual(['one', 'zero']);
  publish(dist, build('two'), { isAlone: false, now: 25 * hour });
  expect(parts()).toEqual(['one', 'two']);
});
