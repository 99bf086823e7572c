// @ts-check
// npm run demo              brings the example application up and shows that it answers
// npm run demo -- down      takes it down again, and the engine if the demo started it
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureBuilt, flotillaProgram, repository } from './lib/built.mjs';
import { findDemoEngine, openDemoEngine, stopDemoEngine } from './lib/demo-engine.mjs';
import { callEngine } from './lib/engine/api.mjs';
import { ensureImage } from './lib/images/ensure.mjs';
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
  const engine = await step('Docker Engine', async (say) => {
    const opened = await openDemoEngine(say);
    say(opened.how);
    return opened;
  });
  await step('images, made here without a registry', async (say) => {
    for (const name of /** @type {const} */ (['nginx', 'redis', 'postgres', 'shop-web', 'shop-app'])) {
      await ensureImage(engine.host, name, say);
    }
  });
  const port = await choosePort(engine);
  const env = { DOCKER_HOST: engine.host, SHOP_PORT: String(port) };
  await step('flotilla up -d --wait', () => flotilla(['up', '-d', '--wait'], env));
  const url = `http://${engine.address === '127.0.0.1' ? 'localhost' : engine.address}:${port}`;
  const answer = await step(`GET ${url}/api/products`, () =>
    fetchText(`http://${engine.address}:${port}/api/products`),
  );
  print(`\n    ${answer.trim()}\n`);
  print(`  Open ${url} and order something.\n\n  Look around:`);
  for (const line of lookAround(env, engine.folder !== undefined)) print(`    ${line}`);
  print(
    `\n  Take it down${engine.folder ? ', with the engine that the demo started' : ''}:\n    npm run demo -- down\n`,
  );
}

async function down() {
  await prepare();
  const engine = await findDemoEngine();
  if (engine !== undefined) {
    const env = { DOCKER_HOST: engine.host };
    await step('flotilla down -v', () => flotilla(['down', '-v', '--remove-orphans'], env));
  }
  await step('the engine that the demo started', stopDemoEngine);
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
 * @param {NodeJS.ProcessEnv} env
 */
function flotilla(args, env) {
  return run(process.execPath, [flotillaProgram(), ...args], { cwd: shop, env });
}

/**
 * The port of the shop that is up already; else SHOP_PORT or 8080, or the next free one.
 * @param {import('./lib/demo-engine.mjs').DemoEngine} engine
 */
async function choosePort(engine) {
  const filter = JSON.stringify({
    label: ['com.docker.compose.project=shop', 'com.docker.compose.service=proxy'],
  });
  const proxies = await callEngine(
    engine.host,
    'GET',
    `/containers/json?filters=${encodeURIComponent(filter)}`,
  );
  const current = proxies[0]?.Ports.find((/** @type {any} */ port) => port.PublicPort)?.PublicPort;
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

/**
 * @param {Readonly<Record<string, string>>} env
 * @param {boolean} ownEngine
 */
function lookAround(env, ownEngine) {
  const needed = Object.entries(env).filter(
    ([name, value]) =>
      (name === 'DOCKER_HOST' && ownEngine) || (name === 'SHOP_PORT' && value !== `${defaultPort}`),
  );
  return [
    `cd ${relative(process.cwd(), shop) || '.'}`,
    `alias flotilla='node -- ${flotillaProgram()}'`,
    ...needed.map(([name, value]) => `export ${name}=${value}`),
    'flotilla ps',
    'flotilla logs -f worker api',
    'flotilla exec db psql -U shop -c "select * from orders"',
  ];
}
