// `npm run build`: everything that dist/ holds. Programs that run from dist/ meanwhile go on.
// `npm run build -- --alone` leaves nothing of earlier builds there, for packing.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './build/bundle.mjs';
import { bundleLibrary } from './build/library.mjs';
import { writeLicences } from './build/licences.mjs';
import { openBuild, publish } from './build/publish.mjs';
import { warmCodeCache } from './build/warm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const node = (...words) => execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' });

node('scripts/generate.mjs');
const build = openBuild(`${root}/dist`);
try {
  const inputs = await bundleProgram(root, build);
  chmodSync(`${build}/flotilla.cjs`, 0o755);
  writeLicences(root, build, inputs);
  await warmCodeCache(build);
  await bundleLibrary(root, build);
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json', '--outDir', `${build}/types`);
  publish(`${root}/dist`, build, { isAlone: process.argv.includes('--alone') });
} finally {
  rmSync(build, { recursive: true, force: true });
}
