import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { referenceCompose } from '../../scripts/lib/reference.mjs';
import { compareSeeds, type FoundDifference } from '../support/compose-compare/run.ts';

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-compare-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run compare` does the same with as many seeds as wanted, and makes differences small. */
it('generated projects load as in docker compose, but for what docs/differences.md lists', async () => {
  const program = await referenceCompose(() => {});
  const found: FoundDifference[] = [];
  const counts = await compareSeeds({
    program,
    folder,
    seeds,
    shrink: () => false,
    onDifference: (difference) => found.push(difference),
  });
  expect(found.map(({ seed, sort, detail }) => `seed ${seed}: ${sort}\n${detail}`)).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(seeds.length / 4);
}, 180_000);
