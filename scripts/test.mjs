// @ts-check
// npm test                  install, build, checks, unit tests, tests on a real Docker Engine and of the native one, and the
//                           scenarios on the native one for which there is time; `npm run test:native` runs all of those
// npm test -- FILTER…       arguments go to vitest
// The last line counts; every check counts as one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './lib/built.mjs';
import { CommandError, run, tryRun } from './lib/run.mjs';
import { createSteps } from './lib/steps.mjs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

const { step, print } = createSteps(process.stdout);
const vitestArguments = process.argv.slice(2);

if (!existsSync(join(repository, 'node_modules'))) await check('npm ci', ['npm', 'ci']);
// All the others read what it makes.
await check('generate', ['npm', 'run', 'generate']);
const checks = await Promise.all([
  check('build', ['npm', 'run', 'build']),
  check('lint', ['npm', 'run', 'lint']),
  check('types', ['npx', 'tsc']),
  check('dead code', ['npx', 'knip']),
]);
const { passed, failed, skipped } = add([...checks, await vitest()]);
print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

/**
 * @param {string} title
 * @param {readonly [string, ...string[]]} command
 * @returns {Promise<Counts>}
 */
async function check(title, [program, ...args]) {
  try {
    await step(title, () => run(program, args, { cwd: repository }));
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    print(`${error.result.stdout}${error.result.stderr}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-results-'));
  const file = join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  try {
    const { exitCode } = await tryRun('npx', ['vitest', 'run', ...reporters, ...vitestArguments], {
      cwd: repository,
      env: { FLOTILLA_SCENARIOS: 'chosen' },
      show: true,
    });
    return countTests(file, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A file that cannot be loaded, and a run that fails without a failed test, count as one failure.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Counts}
 */
function countTests(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const broken = results.testResults.filter(
    (/** @type {any} */ it) =>
      it.status === 'failed' &&
      !it.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  ).length;
  const failures = results.numFailedTests + broken;
  return {
    passed: results.numPassedTests,
    failed: failures === 0 && exitCode !== 0 ? 1 : failures,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/**
 * @param {readonly Counts[]} counts
 * @returns {Counts}
 */
function add(counts) {
  const sum = (/** @type {keyof Counts} */ key) => counts.reduce((total, it) => total + it[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
