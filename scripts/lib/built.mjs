// @ts-check
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './cache.mjs';
import { run } from './run.mjs';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Path of the program that `bin.flotilla` in package.json names. */
export function flotillaProgram() {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  return join(repository, manifest.bin.flotilla);
}

/**
 * Builds Flotilla when it is not built yet or something it is made of has changed since.
 * @param {(line: string) => void} say
 */
export async function ensureBuilt(say) {
  await withLock('build', async () => {
    if (newest([flotillaProgram()]) >= newest(sources())) return;
    say('building');
    await run('npm', ['run', 'build'], { cwd: repository });
  });
}

function sources() {
  return ['src', 'schemas', 'scripts/build', 'scripts/build.mjs', 'package-lock.json'].map((name) =>
    join(repository, name),
  );
}

/**
 * @param {readonly string[]} paths
 * @returns {number} when the youngest of the files was written; 0 when there is none
 */
function newest(paths) {
  return Math.max(0, ...paths.map(lastChange));
}

/**
 * @param {string} path
 * @returns {number}
 */
function lastChange(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return newest(readdirSync(path).map((name) => join(path, name)));
}
