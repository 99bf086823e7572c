// @ts-check
// npm run bench:load -- [--rounds 5] [--seconds 5] [--markdown docs/performance.md]
// What the example shop carries on the native engine beside the same on Docker Engine: requests by wrk, transactions by
// pgbench. Needs what `npm run bench` needs, and installs wrk.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../scripts/lib/built.mjs';
import { startEngine, stopEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage, imageArchive } from '../../scripts/lib/images/ensure.mjs';
import { ensureCommands, nativeCommands } from '../../scripts/lib/packages.mjs';
import { run, tryRun } from '../../scripts/lib/run.mjs';
import { gatherFacts, judgedBy, lookAround } from '../facts.mjs';
import { markdownLines, pageWithText } from '../print.mjs';
import { createSettler } from '../quiet.mjs';
import { median, pairedRatio, rotate } from '../statistics.mjs';
import { flotillaTool } from '../tools/flotilla.mjs';
import { environment } from '../workspace.mjs';

/** @typedef {'docker' | 'native'} Runtime */

/**
 * Where the shop runs.
 * @typedef {object} Place
 * @property {Runtime} runtime
 * @property {string} address where published ports answer
 * @property {Readonly<Record<string, string>>} env
 * @property {() => Promise<void>} close
 */

const say = (/** @type {string} */ line) => console.error(line);
const values = readOptions();
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const images = /** @type {const} */ (['nginx', 'redis', 'postgres', 'shop-web', 'shop-app']);
const shop = join(repository, 'fixtures/projects/shop/compose.yaml');
const project = 'flotilla-load';
const port = 18_480;
/** Data on a disk: /tmp may be memory. */
const parent = '/var/tmp';

/**
 * How much of it a stack carries, each in operations per second.
 * @type {readonly { readonly title: string, readonly measure: (place: Place) => Promise<number> }[]}
 */
const loads = [
  { title: 'pages through the proxy, requests/s', measure: (place) => requests(place, '/') },
  {
    title: 'orders from the API and the database, requests/s',
    measure: (place) => requests(place, '/api/orders'),
  },
  { title: 'pgbench, reading, transactions/s', measure: (place) => transactions(place, ['-S']) },
  { title: 'pgbench, TPC-B, transactions/s', measure: (place) => transactions(place, []) },
];

const before = await lookAround();
await ensureCommands({ ...nativeCommands, wrk: 'wrk' }, say);
const tool = await flotillaTool({ build: true, say });
if ('missing' in tool) throw new Error(tool.missing);
const program = tool.program ?? '';
const home = mkdtempSync(join(tmpdir(), 'flotilla-load-'));
/** @type {Map<string, Record<Runtime, number[]>>} */
const figures = new Map(loads.map(({ title }) => [title, { docker: [], native: [] }]));
const settler = createSettler(5000);
/** @type {Place[]} */
const places = [];
try {
  places.push(await dockerPlace(), await nativePlace());
  const facts = await gatherFacts(places[0]?.env['DOCKER_HOST'], [tool], before);
  for (let round = 0; round < rounds; round += 1) {
    for (const place of rotate(places, round)) await measureShop(place, round);
  }
  present(judgedBy(facts, settler.restlessShare()));
} finally {
  for (const place of places) await place.close();
  rmSync(home, { recursive: true, force: true });
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        markdown: { type: 'string' },
      },
    }).values;
  } catch (error) {
    say(
      `${error instanceof Error ? error.message : error}\n\nnpm run bench:load -- [--rounds 5] [--seconds 5] [--markdown FILE]`,
    );
    process.exit(2);
  }
}

/** @returns {Promise<Place>} */
async function dockerPlace() {
  const engine = await startEngine({ network: 'private', life: 'tied', say });
  for (const image of images) await ensureImage(engine.host, image, say);
  const env = { DOCKER_HOST: engine.host, FLOTILLA_RUNTIME: 'docker' };
  return { runtime: 'docker', address: engine.address, env, close: () => stopEngine(engine.folder) };
}

/** @returns {Promise<Place>} */
async function nativePlace() {
  const root = realpathSync(mkdtempSync(join(parent, 'flotilla-load-native-')));
  const env = { FLOTILLA_ROOT: root, FLOTILLA_RUNTIME: 'native' };
  for (const image of images)
    await run(program, ['image', 'load', '-q', '-i', await imageArchive(image, say)], { env });
  const close = async () => {
    await tryRun('umount', [join(root, 'run')]);
    rmSync(root, { recursive: true, force: true });
  };
  return { runtime: 'native', address: ownAddress(), env, close };
}

/** An address of this machine that is not its own loopback, whose connections a program of ours would pass on. */
function ownAddress() {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('This machine has no address but 127.0.0.1.');
  return found.address;
}

/**
 * @param {Place} place
 * @param {number} round
 */
async function measureShop(place, round) {
  try {
    await flotilla(place, ['up', '-d', '--wait']);
    await client(place, ['-i', '-q', '-s', '10']);
    for (const { title, measure } of loads) {
      await settler.settle();
      const figure = await measure(place);
      say(`round ${round + 1}, ${place.runtime}: ${title}: ${figure}`);
      figures.get(title)?.[place.runtime].push(figure);
    }
  } finally {
    await flotilla(place, ['down', '-v', '-t', '2']);
  }
}

/**
 * @param {Place} place
 * @param {string} path
 * @returns {Promise<number>} per second
 */
async function requests(place, path) {
  const words = ['-t2', '-c32', `-d${seconds}s`, `http://${place.address}:${port}${path}`];
  await run('wrk', words.with(2, '-d1s'));
  const text = await run('wrk', words);
  const [, figure] = /^Requests\/sec:\s+([\d.]+)$/m.exec(text) ?? [];
  if (figure === undefined || /Non-2xx|Socket errors/.test(text)) throw new Error(`wrk says:\n${text}`);
  return Number(figure);
}

/**
 * @param {Place} place
 * @param {readonly string[]} how
 * @returns {Promise<number>} per second, by eight clients over the network of the shop
 */
async function transactions(place, how) {
  const text = await client(place, [...how, '-c', '8', '-j', '2', '-T', String(seconds)]);
  const [, figure] = /^tps = ([\d.]+) \(without/m.exec(text) ?? [];
  if (figure === undefined) throw new Error(`pgbench says:\n${text}`);
  return Number(figure);
}

/**
 * pgbench in a container beside the database's.
 * @param {Place} place
 * @param {readonly string[]} words
 */
function client(place, words) {
  const options = ['--rm', '-T', '--no-deps', '-e', 'PGPASSWORD=secret', '--entrypoint', 'pgbench'];
  return flotilla(place, ['run', ...options, 'db', '-h', 'db', '-U', 'shop', ...words, 'shop']);
}

/**
 * @param {Place} place
 * @param {readonly string[]} words
 */
function flotilla(place, words) {
  const env = { ...environment(home), ...place.env, SHOP_PORT: String(port) };
  return run(program, ['-f', shop, '-p', project, ...words], { env });
}

/** @param {import('../facts.mjs').Facts} facts */
function present(facts) {
  const head = ['the example shop', 'Docker Engine', 'native', 'native / Docker'];
  const lines = [...figures].map(([title, { docker, native }]) => [
    title,
    ...[docker, native].map(
      (all) => `${span(median(all))} (${span(Math.min(...all))}-${span(Math.max(...all))})`,
    ),
    (pairedRatio(native, docker) ?? 0).toFixed(2),
  ]);
  const quiet = facts.busy ? '; INDICATIVE ONLY: others were at work' : '';
  const text = [
    `${facts.date} UTC; ${facts.cores} cores, Linux ${facts.kernel}; ${facts.engine}; ${rounds} rounds of ${seconds} s${quiet}`,
    '',
    ...markdownLines({ title: '', head, lines }),
  ].join('\n');
  console.log(text);
  if (values.markdown === undefined) return;
  const page = readFileSync(values.markdown, 'utf8');
  writeFileSync(values.markdown, pageWithText(page, 'load', text));
}

/** @param {number} figure */
function span(figure) {
  return figure.toFixed(0);
}
