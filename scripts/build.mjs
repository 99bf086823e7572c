// `npm run build`: everything that dist/ holds, from a clean folder.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './build/bundle.mjs';
import { bundleLibrary } from './build/library.mjs';
import { writeLicences } from './build/licences.mjs';
import { warmCodeCache } from './build/warm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const node = (...words) => execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' });

node('scripts/generate.mjs');
rmSync(`${root}/dist`, { recursive: true, force: true });
const inputs = await bundleProgram(root);
chmodSync(`${root}/dist/flotilla.cjs`, 0o755);
writeLicences(root, inputs);
await warmCodeCache(root);
await bundleLibrary(root);
node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');
