// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { engineCommands, ensureCommands } from '../packages.mjs';
import { run } from '../run.mjs';
import { freeSubnet } from './address.mjs';
import { answers } from './api.mjs';

/**
 * @typedef {object} Engine
 * @property {string} host DOCKER_HOST of it
 * @property {string} address where ports that its containers publish answer, on any of the engine's addresses
 * @property {string} folder everything it keeps; gone when it has stopped
 * @property {number} keeper pid of the process that ends it and cleans up on SIGTERM
 * @property {() => Promise<void>} restart ends dockerd as an administrator would, with all its containers, and resolves
 * once its successor answers
 * @property {() => Promise<void>} stop ends it with all its containers and resolves once nothing is left
 *
 * @typedef {object} EngineOptions
 * @property {'private' | 'host'} network
 * @property {'tied' | 'free'} life tied: it ends with this process, however that ends
 * @property {(line: string) => void} say for what takes long, such as installing packages
 */

/** Data on a disk: /tmp may be memory. */
const parent = '/var/tmp';
const prefix = 'flotilla-engine-';
const startTimeoutMs = 90_000;
const keeperScript = fileURLToPath(new URL('./keep.sh', import.meta.url));

/**
 * Starts a Docker Engine of our own beside whatever runs on this machine; installs Debian's packages when they are
 * missing.
 * @param {EngineOptions} options
 * @returns {Promise<Engine>}
 * @throws {import('../packages.mjs').MissingPackagesError}
 */
export async function startEngine({ network, life, say }) {
  await ensureCommands(engineCommands, say);
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Only root can start a Docker Engine. Run as root, or set DOCKER_HOST to an engine that runs.',
    );
  }
  await sweepAbandoned();

  const folder = mkdtempSync(join(parent, prefix));
  const subnet = freeSubnet();
  const log = openSync(join(folder, 'engine.log'), 'a');
  const keeper = spawn('sh', [keeperScript, folder, network, life, subnet], {
    detached: true,
    stdio: [life === 'tied' ? 'pipe' : 'ignore', log, log],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
  const pid = keeper.pid ?? 0;
  writeFileSync(join(folder, 'keeper'), identity(pid));
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => keeper.once('exit', () => resolve()));
  let running = true;
  ended.then(() => {
    running = false;
  });
  const stop = async () => {
    if (running) keeper.kill('SIGTERM');
    await ended;
  };

  const host = `unix://${join(folder, 'docker.sock')}`;
  const deadline = Date.now() + startTimeoutMs;
  let lastWords = '';
  while (!(await answers(host))) {
    lastWords = readLog(folder) || lastWords;
    if (!running || Date.now() > deadline) {
      await stop();
      throw new Error(`The Docker Engine of our own did not start. Its last words:\n${lastWords}`);
    }
    await pause(50);
  }
  const restart = async () => {
    writeFileSync(join(folder, 'restart'), '');
    process.kill(await daemonOf(folder), 'SIGTERM');
    while (existsSync(join(folder, 'restart'))) await pause(20);
    while (!(await answers(host))) await pause(20);
  };
  keeper.unref();
  /** @type {any} */ (keeper.stdin)?.unref?.();
  return {
    host,
    address: network === 'private' ? `${subnet}.2` : '127.0.0.1',
    folder,
    keeper: pid,
    restart,
    stop,
  };
}

/**
 * Ends an engine by its folder, as another process than the one that started it.
 * @param {string} folder
 */
export async function stopEngine(folder) {
  const pid = keeperOf(folder);
  if (pid === undefined) {
    await run('sh', [keeperScript, folder, 'sweep']);
    return;
  }
  process.kill(pid, 'SIGTERM');
  while (keeperOf(folder) !== undefined) await pause(50);
}

/** Removes what engines left behind whose keepers were killed too. */
async function sweepAbandoned() {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    const starting = !existsSync(join(folder, 'keeper'));
    if (!starting && keeperOf(folder) === undefined) await run('sh', [keeperScript, folder, 'sweep']);
  }
}

/**
 * @param {string} folder
 * @returns {number | undefined} pid of the keeper when it lives
 */
function keeperOf(folder) {
  try {
    const written = readFileSync(join(folder, 'keeper'), 'utf8');
    const pid = Number.parseInt(written, 10);
    return identity(pid) === written ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
async function daemonOf(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.startsWith('dockerd\0') && words.includes(join(folder, 'daemon.json'))) return Number(pid);
  }
  throw new Error(`No dockerd runs for ${folder}.`);
}

/**
 * A pid alone may name another process by now; with its start time it cannot.
 * @param {number} pid
 */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? `${pid} gone` : `${pid} ${fields[19]}`;
  } catch {
    return `${pid} gone`;
  }
}

/** @param {string} folder */
function readLog(folder) {
  try {
    return readFileSync(join(folder, 'engine.log'), 'utf8').trim().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
