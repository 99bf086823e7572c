// @ts-check
import { callEngine } from '../scripts/lib/engine/api.mjs';

/** @typedef {import('./stack.mjs').Stack} Stack */

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';

/** A run came to its end but did not do its work, so that its time means nothing. */
export class WrongResult extends Error {
  /** @override */
  name = 'WrongResult';
}

/**
 * All containers run, and none started before what it needs was ready.
 * @param {string} host
 * @param {Stack} stack
 * @param {string} project
 * @returns {Promise<readonly string[]>} the containers' ids, sorted
 * @throws {WrongResult}
 */
export async function verifyUp(host, stack, project) {
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
    for (const { service, condition } of needs)
      checkOrder(name, container, service, byService.get(service), condition);
  }
  return containers.map(({ Id }) => Id).sort();
}

/**
 * @param {string} name
 * @param {any} container
 * @param {string} neededName
 * @param {any} needed
 * @param {import('./stack.mjs').Condition} condition
 */
function checkOrder(name, container, neededName, needed, condition) {
  const startedAt = container.State.StartedAt;
  if (startedAt < needed.State.StartedAt) throw new WrongResult(`${name} started before ${neededName}`);
  if (condition !== 'service_healthy') return;
  const { Status, Log } = needed.State.Health;
  if (Status !== 'healthy') throw new WrongResult(`${neededName} is ${Status}, and ${name} runs`);
  // The engine keeps the last five probes: with fewer, the first one is among them.
  const success = Log.length < 5 ? Log.find((/** @type {any} */ probe) => probe.ExitCode === 0) : undefined;
  if (success !== undefined && Date.parse(startedAt) < Date.parse(success.End)) {
    throw new WrongResult(`${name} started before ${neededName} was healthy`);
  }
}

/**
 * Waits until every container with a health check is healthy.
 * @param {string} host
 * @param {string} project
 * @param {AbortSignal} signal
 */
export async function waitUntilHealthy(host, project, signal) {
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
export async function verifyDown(host, project) {
  const left = await leftovers(host, project);
  const names = [...left.containers.map(({ Names }) => Names[0]), ...left.networks.map(({ Name }) => Name)];
  if (names.length > 0) throw new WrongResult(`left behind: ${names.join(', ')}`);
}

/**
 * Removes whatever the project has.
 * @param {string} host
 * @param {string} project
 */
export async function wipe(host, project) {
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
