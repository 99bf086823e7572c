// @ts-check
// npm run compare -- --seed 1 --count 20000 --shrink 1
// Loads projects that a generator makes up with Flotilla and with docker compose and prints where they differ, each
// difference made as small as it gets. Ends with 1 when there is one that docs/differences.md does not list.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { repository } from './lib/built.mjs';
import { referenceCompose } from './lib/reference.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    /** How many differences of one look are made small, per worker. */
    shrink: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '2' },
  },
});
const first = Number(values.seed);
const end = first + Number(values.count);
const parallel = Number(values.parallel);
/** No case takes nearly as long; a worker that says nothing for this long hangs. */
const silenceMs = 30_000;

const scratch = mkdtempSync(join(tmpdir(), 'flotilla-compare-'));
const totals = { cases: 0, accepted: 0, different: 0, listed: 0, unsteady: 0 };
/** @type {Map<string, {count: number, seeds: number[]}>} */
const sorts = new Map();
try {
  const program = await referenceCompose(console.error);
  const bundle = await bundleWorker();
  await Promise.all(
    Array.from({ length: parallel }, (_, index) => runWorker(program, bundle, index, first + index)),
  );
  report();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function bundleWorker() {
  const outfile = join(repository, 'node_modules/.cache', `flotilla-compare-${process.pid}.mjs`);
  await build({
    absWorkingDir: repository,
    entryPoints: ['test/support/compose-compare/worker.ts'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'warning',
  });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

/**
 * @param {string} program
 * @param {string} bundle
 * @param {number} index
 * @param {number} from
 * @returns {Promise<void>}
 */
async function runWorker(program, bundle, index, from) {
  const folder = join(scratch, String(index));
  const worker = new Worker(bundle, {
    workerData: { program, folder, first: from, end, step: parallel, shrink: Number(values.shrink) },
  });
  let seed = from;
  const hung = await new Promise((resolve, reject) => {
    let timer = setTimeout(resolve, silenceMs, true);
    worker.on('message', (message) => {
      clearTimeout(timer);
      timer = setTimeout(resolve, silenceMs, true);
      if (message.kind === 'case') seed = message.seed;
      else if (message.kind === 'difference') show(message.difference);
      else
        for (const key of /** @type {(keyof typeof totals)[]} */ (Object.keys(totals)))
          totals[key] += message.counts[key];
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
  if (!hung) return;
  await worker.terminate();
  totals.different += 1;
  console.log(`\n=== seed ${seed}: hangs`);
  await runWorker(program, bundle, index, seed + parallel);
}

/** @param {{sort: string, detail: string, seed: number, project: string}} difference */
function show({ sort, detail, seed, project }) {
  const known = sorts.get(sort) ?? { count: 0, seeds: [] };
  sorts.set(sort, { count: known.count + 1, seeds: [...known.seeds, seed] });
  if (known.count >= Number(values.shrink)) return;
  console.log(`\n=== seed ${seed}: ${sort}\n${detail.trimEnd()}\n${project.trimEnd()}`);
}

function report() {
  const ordered = [...sorts].sort(([, one], [, other]) => other.count - one.count);
  for (const [sort, { count, seeds }] of ordered)
    console.log(`${count}\t${sort}\t${seeds.slice(0, 5).join(' ')}`);
  const { cases, accepted, different, listed, unsteady } = totals;
  console.log(
    `${cases} projects, ${accepted} accepted by docker compose; ${different} differ, ${listed} as listed, ${unsteady} where docker compose contradicts itself`,
  );
  process.exitCode = different > 0 ? 1 : 0;
}
