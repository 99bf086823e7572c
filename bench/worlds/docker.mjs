// @ts-check
import { callEngine } from '../../scripts/lib/engine/api.mjs';
import { checkOrder, memoryOf, processes, WrongResult } from './world.mjs';

/** @typedef {import('../stack.mjs').Stack} Stack */

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';

/**
 * A Docker Engine, asked by its API.
 * @param {string} host
 * @returns {import('./world.mjs').World}
 */
export function dockerWorld(host) {
  return {
    env: { DOCKER_HOST: host },
    verifyUp: (stack, project) => verifyUp(host, stack, project),
    waitUntilHealthy: (project, signal) => waitUntilHealthy(host, project, signal),
    verifyDown: (project) => verifyDown(host, project),
    wipe: (project) => wipe(host, project),
    memory: (project) => memory(host, project),
    close: async () => {},
  };
}

/**
 * All containers run, and none started before what it needs was ready.
 * @param {string} host
 * @param {Stack} stack
 * @param {string} project
 * @returns {Promise<readonly string[]>} the containers' ids, sorted
 * @throws {WrongResult}
 */
async function verifyUp(host, stack, project) {
  const containers = await inspectAll(host, project);
  if (containers.length !== stack.services.length) {
    throw new WrongResult(`${containers.length} containers instead of ${stack.services.length}`);
  }
  const byService = new Map(
    containers.map((container) => [container.Config.Labels[serviceLabel], container]),
  );
  for (const { name, needs } of stack.services) {
    const container = byService.get(name);
    if (container?.State.Status !== 'running')
      throw new WrongResult(`${name} is ${container?.State.Status ?? 'missing'}`);
    for (const { service, condition } of needs) {
      const needed = byService.get(service);
      if (needed === undefined) throw new WrongResult(`${service} is missing`);
      checkOrder([name, momentsOf(container)], [service, momentsOf(needed)], condition);
    }
  }
  return containers.map(({ Id }) => Id).sort();
}

/**
 * When the engine says that it started, and when its first successful probe ended.
 * @param {any} container
 * @returns {import('./world.mjs').Moments}
 */
function momentsOf({ State: { StartedAt, Health } }) {
  if (Health === undefined) return { startedAt: StartedAt };
  const { Status, Log } = Health;
  // The engine keeps the last five probes: with fewer, the first one is among them.
  const success = Log.length < 5 ? Log.find((/** @type {any} */ probe) => probe.ExitCode === 0) : undefined;
  return {
    startedAt: StartedAt,
    health: Status,
    ...(success === undefined ? {} : { healthyAt: new Date(success.End).toISOString() }),
  };
}

/**
 * Waits until every container with a health check is healthy.
 * @param {string} host
 * @param {string} project
 * @param {AbortSignal} signal
 */
async function waitUntilHealthy(host, project, signal) {
  for (;;) {
    signal.throwIfAborted();
    const containers = await inspectAll(host, project);
    if (containers.every(({ State }) => State.Health === undefined || State.Health.Status === 'healthy'))
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * @param {string} host
 * @param {string} project
 * @throws {WrongResult} when the project has containers or networks
 */
async function verifyDown(host, project) {
  const left = await leftovers(host, project);
  const names = [...left.containers.map(({ Names }) => Names[0]), ...left.networks.map(({ Name }) => Name)];
  if (names.length > 0) throw new WrongResult(`left behind: ${names.join(', ')}`);
}

/**
 * Removes whatever the project has.
 * @param {string} host
 * @param {string} project
 */
async function wipe(host, project) {
  const { containers, networks } = await leftovers(host, project);
  await Promise.all(containers.map(({ Id }) => callEngine(host, 'DELETE', `/containers/${Id}?force=1&v=1`)));
  for (const { Id } of networks) await callEngine(host, 'DELETE', `/networks/${Id}`);
}

/**
 * @param {string} host
 * @param {string} project
 * @returns {Promise<{ containers: any[], networks: any[] }>}
 */
async function leftovers(host, project) {
  const filters = filterOf(project);
  const [containers, networks] = await Promise.all([
    callEngine(host, 'GET', `/containers/json?all=1&filters=${filters}`),
    callEngine(host, 'GET', `/networks?filters=${filters}`),
  ]);
  return { containers, networks };
}

/**
 * @param {string} host
 * @param {string} project
 * @returns {Promise<any[]>}
 */
async function inspectAll(host, project) {
  const found = await callEngine(host, 'GET', `/containers/json?all=1&filters=${filterOf(project)}`);
  return Promise.all(
    found.map((/** @type {any} */ { Id }) => callEngine(host, 'GET', `/containers/${Id}/json`)),
  );
}

/** @param {string} project */
function filterOf(project) {
  return encodeURIComponent(JSON.stringify({ label: [`${projectLabel}=${project}`] }));
}

/**
 * Of the shims, one for each container.
 * @param {string} host
 * @param {string} project
 */
async function memory(host, project) {
  const { containers } = await leftovers(host, project);
  const ids = new Set(containers.map(({ Id }) => Id));
  const shims = processes().filter(
    ({ words }) => /containerd-shim/.test(words[0] ?? '') && words.some((word) => ids.has(word)),
  );
  return memoryOf(shims, [], ids.size);
}
