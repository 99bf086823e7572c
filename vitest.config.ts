import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const withoutEngine = 'test/contract/**/fake*.test.ts';
/** The native engine's; without root they are left out, and engine-setup.ts says so. */
const native = ['test/contract/native.test.ts', 'test/e2e/native/**'];
/** It needs no Docker. */
const kills = 'test/e2e/native/kills.test.ts';
/** Two for each processor of a small machine, because they wait as much as they work. */
const workers = 4;
/** What `npm test` has time for beside Docker; `npm run test:native` runs all, and the kills, which chance decides. */
const chosen = ['services', 'lifecycle', 'exec', 'run', 'converge', 'hooks'];
const scenarios = (): readonly string[] =>
  process.env['FLOTILLA_SCENARIOS'] === 'chosen'
    ? chosen.map((name) => `test/e2e/${name}.test.ts`)
    : ['test/e2e/*.test.ts', kills];
const isRoot = process.getuid?.() === 0;

/** These use no engine, or only Docker's; test/unit/e2e-files.test.ts sees to it that there are no more of them. */
const withoutNative = ['compose-compare', 'config', 'launcher', 'throwaway-engine'];

/**
 * unit: pure and parallel. e2e: on a real Docker Engine, started once per run (test/support/engine-setup.ts).
 * e2e-native: the same scenarios on the native engine, which needs root; a root of its own for each file.
 */
export default defineConfig({
  test: {
    // Until the engine's files and control groups are gone.
    teardownTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,golden,property}/**/*.test.ts', withoutEngine],
          // Half of the time would go into starting a process for each file and loading the same modules into it, which keep
          // nothing between calls. Tests that measure time measure that of their own process.
          isolate: false,
          maxWorkers: availableParallelism(),
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,contract}/**/*.test.ts'],
          exclude: [withoutEngine, kills, ...(isRoot ? [] : native)],
          globalSetup: ['test/support/engine-setup.ts'],
          maxWorkers: workers,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e-native',
          include: isRoot ? [...scenarios()] : [],
          exclude: withoutNative.map((name) => `test/e2e/${name}.test.ts`),
          env: { FLOTILLA_TEST_RUNTIME: 'native' },
          globalSetup: ['test/support/native-setup.ts'],
          maxWorkers: workers,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
