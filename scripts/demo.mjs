// @ts-check
// npm run demo              brings the example application up and shows that it answers
// npm run demo -- down      takes it down again
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureBuilt, flotillaProgram, repository } from './lib/built.mjs';
import { openDemoEngine } from './lib/demo-engine.mjs';
import { run } from './lib/run.mjs';
import { createSteps } from './lib/steps.mjs';

const { step, print } = createSteps(process.stdout);
const shop = join(repository, 'fixtures/projects/shop');
const defaultPort = 8080;

const [command = 'up'] = process.argv.slice(2);
const commands = { up, down };
const chosen = commands[/** @type {keyof typeof commands} */ (command)];
try {
  if (chosen === undefined)
    throw new Error(`Unknown command "${command}": npm run demo, or npm run demo -- down.`);
  await chosen();
} catch (error) {
  print(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function up() {
  print('\n  The Harbour Shop: a reverse proxy, pages, an API, a worker, PostgreSQL and Redis\n');
  await prepare();
  const engine = await step('something that runs containers', async (say) => {
    const opened = await openDemoEngine(flotilla, say);
    say(opened.name);
    return opened;
  });
  await step('images, made here without a registry', async (say) => {
    for (const name of /** @type {const} */ (['nginx', 'redis', 'postgres', 'shop-web', 'shop-app'])) {
      await engine.load(name, say);
    }
  });
  const port = await choosePort(engine);
  const env = { ...engine.env, SHOP_PORT: String(port) };
  await step('flotilla up -d --wait', () => flotilla(['up', '-d', '--wait'], env));
  const url = `http://${engine.address === '127.0.0.1' ? 'localhost' : engine.address}:${port}`;
  const answer = await step(`GET ${url}/api/products`, () =>
    fetchText(`http://${engine.address}:${port}/api/products`),
  );
  print(`\n    ${answer.trim()}\n`);
  print(`  Open ${url} and order something.\n\n  Look around:`);
  for (const line of lookAround(env)) print(`    ${line}`);
  print('\n  Take it down:\n    npm run demo -- down\n');
}

async function down() {
  await prepare();
  const engine = await step('something that runs containers', (say) => openDemoEngine(flotilla, say));
  await step('flotilla down -v', () => flotilla(['down', '-v', '--remove-orphans'], engine.env));
}

async function prepare() {
  if (!existsSync(join(repository, 'node_modules'))) {
    await step('npm ci', () => run('npm', ['ci'], { cwd: repository }));
  }
  await ensureBuiltStep();
}

async function ensureBuiltStep() {
  await step('flotilla, built', () => ensureBuilt(() => {}));
}

/**
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} env
 */
async function flotilla(args, env) {
  return await run(process.execPath, ['--', flotillaProgram(), ...args], { cwd: shop, env });
}

/**
 * The port of the shop that is up already; else SHOP_PORT or 8080, or the next free one.
 * @param {import('./lib/demo-engine.mjs').DemoEngine} engine
 */
async function choosePort(engine) {
  const current = await engine.publishedPort();
  if (current !== undefined) return current;
  const wanted = Number(process.env['SHOP_PORT'] ?? defaultPort);
  if (engine.address !== '127.0.0.1') return wanted;
  for (let port = wanted; port < wanted + 100; port++) {
    if (!(await isFree(port))) continue;
    if (port !== wanted) print(`    port ${wanted} is in use here, taking ${port}`);
    return port;
  }
  throw new Error(`The ports ${wanted} to ${wanted + 99} are all in use. Choose one with SHOP_PORT.`);
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}

/**
 * The proxy is healthy by now; a published port may take a moment more.
 * @param {string} url
 */
async function fetchText(url) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.text();
      throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(250);
    }
  }
}

/** @param {Readonly<Record<string, string>>} env */
function lookAround({ SHOP_PORT }) {
  return [
    `cd ${relative(process.cwd(), shop) || '.'}`,
    `alias flotilla='node -- ${flotillaProgram()}'`,
    ...(SHOP_PORT === `${defaultPort}` ? [] : [`export SHOP_PORT=${SHOP_PORT}`]),
    'flotilla ps',
    'flotilla logs -f worker api',
    'flotilla exec db psql -U shop -c "select * from orders"',
  ];
}
