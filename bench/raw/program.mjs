// @ts-check
// The lower bound: the Engine API driven by hand, with everything that may happen at the same time happening at the
// same time. It knows its stack beforehand, compares nothing, reports nothing and cleans nothing up, so that no
// general tool can be faster on the same engine.
//
//   node program.mjs up|up-again|ps|down STACK.json PROJECT     DOCKER_HOST=unix:///…
import { readFileSync } from 'node:fs';
import { openEngine } from './engine.mjs';

/** @typedef {ReturnType<typeof import('../stack.mjs').engineRequests>} Services */

const [operation = '', file = '', project = ''] = process.argv.slice(2);
const engine = openEngine(process.env['DOCKER_HOST'] ?? '');
const labels = { 'com.docker.compose.project': project };
const network = `${project}_default`;
const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));

if (operation === 'up') await up(readServices());
else if (operation === 'up-again') await lookAround();
else if (operation === 'ps') await list();
else if (operation === 'down') await down(readServices());
else throw new Error(`There is no operation "${operation}".`);
engine.close();

/** @returns {Services} */
function readServices() {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param {Services} services */
async function up(services) {
  const gated = services.some(({ needs }) => needs.some(({ condition }) => condition === 'service_healthy'));
  const healthy = gated ? await watchHealth() : undefined;
  const networkMade = engine.call('POST', '/networks/create', {
    Name: network,
    CheckDuplicate: true,
    Labels: labels,
  });
  /** @type {Map<string, Promise<void>>} */
  const started = new Map();
  for (const { name, needs, body } of services) {
    const created = networkMade.then(() => createContainer(name, body));
    const ready = needs.map(async ({ service, condition }) => {
      await started.get(service);
      if (condition === 'service_healthy') await healthy?.(service);
    });
    started.set(
      name,
      Promise.all([created, ...ready]).then(async ([id]) => {
        await engine.call('POST', `/containers/${id}/start`);
      }),
    );
  }
  await Promise.all(started.values());
}

/**
 * @param {string} service
 * @param {Readonly<Record<string, unknown>>} body
 * @returns {Promise<string>} the container's id
 */
async function createContainer(service, body) {
  const { Id } = await engine.call('POST', `/containers/create?name=${project}-${service}-1`, {
    ...body,
    Labels: { ...labels, 'com.docker.compose.service': service },
    HostConfig: { NetworkMode: network },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [service] } } },
  });
  return Id;
}

/** @returns {Promise<(service: string) => Promise<void>>} resolves once the service has become healthy */
async function watchHealth() {
  /** @type {Map<string, ReturnType<typeof withResolvers>>} */
  const gates = new Map();
  const gate = (/** @type {string} */ service) => {
    const existing = gates.get(service) ?? withResolvers();
    gates.set(service, existing);
    return existing;
  };
  const only = {
    type: ['container'],
    event: ['health_status'],
    label: [`com.docker.compose.project=${project}`],
  };
  await engine.subscribe(`/events?filters=${encodeURIComponent(JSON.stringify(only))}`, (event) => {
    if (event.Action !== 'health_status: healthy') return;
    gate(event.Actor.Attributes['com.docker.compose.service']).resolve();
  });
  return (service) => gate(service).promise;
}

function withResolvers() {
  /** @type {() => void} */
  let resolve = () => {};
  /** @type {Promise<void>} */
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function list() {
  return engine.call('GET', `/containers/json?all=1&filters=${filters}`);
}

async function lookAround() {
  await Promise.all([list(), engine.call('GET', `/networks?filters=${filters}`)]);
}

/**
 * Who is needed stops after who needs it. Removing waits for nobody.
 * @param {Services} services
 */
async function down(services) {
  const found = await list();
  const idOf = new Map(
    found.map((/** @type {any} */ container) => [
      container.Labels['com.docker.compose.service'],
      container.Id,
    ]),
  );
  /** @type {Map<string, Promise<void>>} */
  const stopped = new Map();
  /** @type {Promise<void>[]} */
  const removed = [];
  for (const { name, needs } of [...services].reverse()) {
    const dependents = services.filter((other) => other.needs.some(({ service }) => service === name));
    const free = Promise.all(dependents.map((other) => stopped.get(other.name)));
    const path = `/containers/${idOf.get(name)}`;
    if (needs.length === 0) {
      removed.push(free.then(() => engine.call('DELETE', `${path}?force=1`)));
      continue;
    }
    const dead = free.then(() => engine.call('POST', `${path}/kill`));
    stopped.set(name, dead);
    removed.push(dead.then(() => engine.call('DELETE', `${path}?force=1`)));
  }
  await Promise.all(removed);
  await engine.call('DELETE', `/networks/${network}`);
}
