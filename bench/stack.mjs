// @ts-check
/**
 * The stacks that are brought up and down: small services that do nothing, so that what is measured is the tool and
 * the engine.
 *
 * @typedef {'service_started' | 'service_healthy'} Condition
 * @typedef {{ readonly service: string, readonly condition: Condition }} Need
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {readonly Need[]} needs
 * @property {boolean} probed has a health check
 *
 * @typedef {object} Stack
 * @property {string} name as `--only` takes it
 * @property {string} title
 * @property {readonly Service[]} services each after the services it needs
 * @property {boolean} [withoutDocker] it is too large for the tools that need one
 */

/** Ends at once when it is stopped, so that no tool waits for a process that ignores signals. */
const command = ['sleep', '1000000'];
const stopSignal = 'SIGKILL';
/** The engine probes for the first time when one interval has passed. */
const probe = { test: ['CMD', 'true'], intervalSeconds: 1, timeoutSeconds: 5, retries: 5 };

/**
 * @param {'wide' | 'chain' | 'star'} shape wide: nobody waits; chain: each waits for the one before; star: all wait for
 *   the first
 * @param {number} count
 * @param {Condition} [condition]
 * @returns {Stack}
 */
export function makeStack(shape, count, condition = 'service_started') {
  const healthy = condition === 'service_healthy';
  const needed = (/** @type {number} */ index) =>
    shape === 'wide' || index === 1 ? undefined : shape === 'star' ? 1 : index - 1;
  const needs = Array.from({ length: count }, (_, offset) => needed(offset + 1));
  const services = needs.map((need, offset) => ({
    name: `s${offset + 1}`,
    needs: need === undefined ? [] : [{ service: `s${need}`, condition }],
    probed: healthy && needs.includes(offset + 1),
  }));
  return {
    name: [shape, count, ...(healthy ? ['healthy'] : [])].join('-'),
    title: titleOf(shape, count, healthy),
    services,
  };
}

/**
 * @param {'wide' | 'chain' | 'star'} shape
 * @param {number} count
 * @param {boolean} healthy
 */
function titleOf(shape, count, healthy) {
  if (shape === 'wide') return count === 1 ? '1 service' : `${count} services`;
  if (shape === 'chain')
    return `chain of ${count}${healthy ? ', each waits until the one before is healthy' : ''}`;
  return `${count} services, ${count - 1} wait until the first is healthy`;
}

/**
 * @param {Stack} stack
 * @param {string} image
 * @returns {string} the Compose file that flotilla and docker compose read
 */
export function composeFile(stack, image) {
  const services = stack.services.map((service) =>
    [
      `  ${service.name}:`,
      `    image: ${image}`,
      `    command: ${JSON.stringify(command)}`,
      `    stop_signal: ${stopSignal}`,
      ...(service.probed ? healthcheckLines() : []),
      ...(service.needs.length > 0 ? ['    depends_on:'] : []),
      ...service.needs.flatMap((need) => [`      ${need.service}:`, `        condition: ${need.condition}`]),
    ].join('\n'),
  );
  return `services:\n${services.join('\n')}\n`;
}

function healthcheckLines() {
  return [
    '    healthcheck:',
    `      test: ${JSON.stringify(probe.test)}`,
    `      interval: ${probe.intervalSeconds}s`,
    `      timeout: ${probe.timeoutSeconds}s`,
    `      retries: ${probe.retries}`,
  ];
}

/**
 * The bodies of the Engine API for the same stack.
 * @param {Stack} stack
 * @param {string} image
 */
export function engineRequests(stack, image) {
  const nanoseconds = 1_000_000_000;
  return stack.services.map(({ name, needs, probed }) => ({
    name,
    needs,
    body: {
      Image: image,
      Cmd: command,
      StopSignal: stopSignal,
      ...(probed
        ? {
            Healthcheck: {
              Test: probe.test,
              Interval: probe.intervalSeconds * nanoseconds,
              Timeout: probe.timeoutSeconds * nanoseconds,
              Retries: probe.retries,
            },
          }
        : {}),
    },
  }));
}

/**
 * The lines that `bench/floor/floor.sh` reads: name, whether others wait until it is healthy, whom it needs.
 * @param {Stack} stack
 */
export function floorLines(stack) {
  return stack.services
    .map(({ name, needs, probed }) =>
      [name, probed ? 1 : 0, ...needs.map(({ service }) => service)].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * A file as large applications have them, for `config`: every service uses most of the common keys.
 * @param {number} count
 * @returns {string}
 */
export function largeComposeFile(count) {
  const services = Array.from({ length: count }, (_, offset) => largeService(offset + 1));
  return [
    'x-defaults: &defaults',
    '  restart: unless-stopped',
    '  logging: { driver: json-file, options: { max-size: 10m } }',
    'services:',
    ...services,
    'networks:',
    '  front: {}',
    '  back: {}',
    'volumes:',
    ...Array.from({ length: count }, (_, offset) => `  data${offset + 1}: {}`),
    '',
  ].join('\n');
}

/** @param {number} index */
function largeService(index) {
  return [
    `  app${index}:`,
    '    <<: *defaults',
    `    image: registry.example.com/app:\${TAG:-1.${index}}`,
    `    command: ["serve", "--port", "8080", "--name", "app${index}"]`,
    '    environment:',
    `      NAME: app${index}`,
    `      LOG_LEVEL: \${LOG_LEVEL:-info}`,
    '      DATABASE_URL: postgres://user@db/app',
    `    ports: ["${20_000 + index}:8080"]`,
    `    volumes: ["data${index}:/data", "./config:/config:ro"]`,
    '    networks: [front, back]',
    '    healthcheck:',
    '      test: ["CMD", "wget", "-q", "-O-", "http://127.0.0.1:8080/health"]',
    '      interval: 10s',
    ...(index > 1 ? ['    depends_on:', `      app${index - 1}: { condition: service_healthy }`] : []),
    '    labels:',
    `      com.example.index: "${index}"`,
  ].join('\n');
}
