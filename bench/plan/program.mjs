// @ts-check
// program.mjs SERVICES same|changed
//
// Plans `up` for a file of so many services against as many containers in memory, of which none or all must be
// recreated, and prints what that took: only the plan, which comes after loading and looking as in the CLI.

/** @type {typeof import('../../src/index.ts')} */
const library = await import(new URL('../../dist/index.js', import.meta.url).href);
const { createFakeEngine, createSession, loadProject, planFor, up } = library;

const [count = '1000', kind = 'same'] = process.argv.slice(2);

const before = await load('1');
const engine = createFakeEngine();
const made = await up(createSession({ driver: engine.driver }), { ...before, policy: { start: false } });
if (made.result.outcome !== 'done') throw new Error(JSON.stringify(made.result.errors));
const wanted = kind === 'same' ? before : await load('2');
const query = {
  project: wanted.project.name,
  networks: ['shop_default'],
  volumes: ['shop_data'],
  images: ['busybox'],
};
const seen = await engine.driver.snapshot(query);
// To start them all would take longer than all that is measured.
const networkId = seen.networks[0]?.id ?? '';
const containers = seen.containers.map((container) => ({
  ...container,
  state: /** @type {const} */ ('running'),
  networks: container.networks.map(({ network }) => ({ network, networkId })),
}));
const observed = { ...seen, containers };
const driver = { ...engine.driver, snapshot: () => Promise.resolve(observed) };

const startedAt = performance.now();
const used = process.cpuUsage();
const { plan } = await planFor(createSession({ driver }), wanted);
const { user, system } = process.cpuUsage(used);
const wallMs = performance.now() - startedAt;

const steps = kind === 'same' ? 0 : 5 * Number(count);
if (plan.steps.length !== steps) throw new Error(`planned ${plan.steps.length} steps instead of ${steps}`);
const peakMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`${JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, peakMb })}\n`);

/** @param {string} version */
async function load(version) {
  const services = Array.from({ length: Number(count) }, (_, index) => [
    `app${index}`,
    {
      image: 'busybox',
      command: 'sleep 1000',
      environment: { VERSION: version, LOG_LEVEL: 'info' },
      labels: { team: 'shop' },
      ports: [`${10_000 + index}:80`],
      volumes: ['data:/data'],
      // Chains of ten.
      ...(index % 10 === 0 ? {} : { depends_on: [`app${index - 1}`] }),
    },
  ]);
  const text = JSON.stringify({ services: Object.fromEntries(services), volumes: { data: null } });
  const files = {
    readText: async (/** @type {string} */ path) => {
      if (path === '/srv/compose.yaml') return text;
      throw Object.assign(new Error(path), { code: 'ENOENT' });
    },
    kind: async (/** @type {string} */ path) => {
      if (path === '/srv/compose.yaml') return /** @type {const} */ ('file');
      return path === '/srv' ? /** @type {const} */ ('directory') : /** @type {const} */ ('missing');
    },
    readStdin: async () => '',
  };
  const options = { cwd: '/srv', environment: {}, home: '/nonexistent', files, projectName: 'shop' };
  const { project, locate, diagnostics } = await loadProject(options);
  if (project === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { project, locate };
}
