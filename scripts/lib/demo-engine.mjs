// @ts-check
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { answers, callEngine } from './engine/api.mjs';
import { startEngine, stopEngine } from './engine/start.mjs';

/**
 * The engine that the demo runs on.
 *
 * @typedef {object} DemoEngine
 * @property {string} host
 * @property {string} address where published ports answer
 * @property {string} [folder] of the engine that the demo started; absent when it was there before
 * @property {string} how for people
 */

const defaultSocket = 'unix:///var/run/docker.sock';

/**
 * DOCKER_HOST, else an engine that answers at the usual place, else one of our own, which stays up after the demo.
 * @param {(line: string) => void} say
 * @returns {Promise<DemoEngine>}
 */
export async function openDemoEngine(say) {
  const found = await findDemoEngine();
  if (found !== undefined) return found;
  const beside = anotherEngineRuns();
  if (beside) say('another Docker Engine is on this network, so this one gets a network of its own');
  const engine = await startEngine({ network: beside ? 'private' : 'host', life: 'free', say });
  const { host, address, folder } = engine;
  writeFileSync(stateFile(), JSON.stringify({ host, address, folder }));
  return { host, address, folder, how: 'started one for this demo' };
}

/** @returns {Promise<DemoEngine | undefined>} an engine that runs already */
export async function findDemoEngine() {
  const given = process.env['DOCKER_HOST'];
  if (given) {
    if (await answers(given))
      return { host: given, address: addressOf(given), how: 'the one of DOCKER_HOST' };
    throw new Error(`No Docker Engine answers at DOCKER_HOST "${given}". Start it, or unset DOCKER_HOST.`);
  }
  const earlier = readState();
  if (earlier !== undefined && (await answers(earlier.host)))
    return { ...earlier, how: 'the one of an earlier demo' };
  if (await answers(defaultSocket))
    return { host: defaultSocket, address: '127.0.0.1', how: 'the one that runs here' };
  return undefined;
}

/** Ends the engine that a demo started, with everything in it. */
export async function stopDemoEngine() {
  const state = readState();
  if (state === undefined) return;
  if (await answers(state.host)) await removeAll(state.host);
  await stopEngine(state.folder);
  rmSync(stateFile());
}

/**
 * An engine that removes its networks itself takes back their bridges and firewall rules, too.
 * @param {string} host
 */
async function removeAll(host) {
  for (const { Id } of await callEngine(host, 'GET', '/containers/json?all=1')) {
    await callEngine(host, 'DELETE', `/containers/${Id}?force=1&v=1`);
  }
  await callEngine(host, 'POST', '/networks/prune');
}

/** @returns {{ host: string, address: string, folder: string } | undefined} */
function readState() {
  try {
    return JSON.parse(readFileSync(stateFile(), 'utf8'));
  } catch {
    return undefined;
  }
}

function stateFile() {
  return join(cacheFolder(), 'demo-engine.json');
}

/** @param {string} host */
function addressOf(host) {
  return host.startsWith('tcp:') ? new URL(host).hostname : '127.0.0.1';
}

/** Two engines in one network namespace overwrite each other's firewall rules. */
function anotherEngineRuns() {
  const here = readlinkSync('/proc/self/ns/net');
  return readdirSync('/proc').some((pid) => {
    try {
      const isEngine = /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'dockerd\n';
      return isEngine && readlinkSync(`/proc/${pid}/ns/net`) === here;
    } catch {
      return false;
    }
  });
}
