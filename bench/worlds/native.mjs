// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { imageArchive } from '../../scripts/lib/images/ensure.mjs';
import { ensureCommands, nativeCommands } from '../../scripts/lib/packages.mjs';
import { run, tryRun } from '../../scripts/lib/run.mjs';
import { checkOrder, checkProgram, memoryOf, processes, readProc, WrongResult } from './world.mjs';

/** Data on a disk: /tmp may be memory. */
const parent = '/var/tmp';
/** A supervisor ends when it has heard of the last container's end. */
const lastWordsMs = 2000;

/**
 * The native engine in a folder of its own, with the image that all stacks use.
 * @param {string} program flotilla
 * @param {(line: string) => void} say
 * @returns {Promise<import('./world.mjs').World & { root: string }>}
 */
export async function nativeWorld(program, say) {
  await ensureCommands(nativeCommands, say);
  const root = realpathSync(mkdtempSync(join(parent, 'flotilla-bench-native-')));
  const env = { FLOTILLA_ROOT: root, FLOTILLA_RUNTIME: 'native' };
  const close = async () => {
    await tryRun('umount', [join(root, 'run')]);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await run(program, ['image', 'load', '-q', '-i', await imageArchive('busybox', say)], { env });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    root,
    env,
    verifyUp: (stack, project) => verifyUp(root, stack, project),
    async waitUntilHealthy(project, signal) {
      while (
        recordsOf(root, project).some(({ id, spec }) => spec.healthcheck && healthOf(root, id) !== 'healthy')
      ) {
        signal.throwIfAborted();
        await pause(20);
      }
    },
    verifyDown: () => verifyDown(root),
    wipe: async (project) => {
      if (recordsOf(root, project).length > 0)
        await run(program, ['-p', project, 'down', '-t', '0'], { env });
    },
    memory: async (project) => {
      const all = processes();
      const monitors = all.filter(({ words }) => isMonitor(words, root));
      const supervisors = all.filter(({ pid, words }) => isSupervisor(pid, words, root));
      return memoryOf(monitors, supervisors, recordsOf(root, project).length);
    },
    close,
  };
}

/**
 * By the engine's files what runs and when it began, by the kernel that it runs.
 * @param {string} root
 * @param {import('../stack.mjs').Stack} stack
 * @param {string} project
 */
async function verifyUp(root, stack, project) {
  const records = recordsOf(root, project);
  if (records.length !== stack.services.length)
    throw new WrongResult(`${records.length} containers instead of ${stack.services.length}`);
  const byService = new Map(records.map((record) => [record.spec.service, record]));
  const events = journalOf(root, project);
  const momentsOf = (/** @type {string} */ service) => {
    const id = byService.get(service)?.id ?? '';
    const at = (/** @type {(event: any) => boolean} */ isWanted) =>
      events.find((event) => event.container === id && isWanted(event))?.time;
    const [health, healthyAt] = [healthOf(root, id), at((event) => event.health === 'healthy')];
    return {
      startedAt: rfc3339(at(({ action }) => action === 'start') ?? '0'),
      ...(health === undefined ? {} : { health }),
      ...(healthyAt === undefined ? {} : { healthyAt: rfc3339(healthyAt) }),
    };
  };
  for (const { name, needs } of stack.services) {
    const id = byService.get(name)?.id;
    const pid =
      id === undefined ? undefined : readJson(join(root, 'lib/containers', id, 'run.json'))?.init.pid;
    await checkProgram(name, pid ?? 'none', 'sleep');
    if (!readProc(pid, 'cgroup').includes(`/${id}`)) throw new WrongResult(`${name} has no control group`);
    for (const { service, condition } of needs)
      checkOrder([name, momentsOf(name)], [service, momentsOf(service)], condition);
  }
  return records.map(({ id }) => id).sort();
}

/**
 * The kernel takes some moments for devices, and a supervisor to hear of the last container's end.
 * @param {string} root
 */
async function verifyDown(root) {
  const deadline = Date.now() + lastWordsMs;
  for (;;) {
    const left = await leftovers(root);
    const atOnce = left.filter(({ soon }) => !soon);
    if (atOnce.length === 0 && left.length > 0 && Date.now() < deadline) {
      await pause(10);
      continue;
    }
    if (left.length > 0) throw new WrongResult(`left behind: ${left.map(({ what }) => what).join(', ')}`);
    return;
  }
}

/**
 * Everything of all projects: only one is up at a time. `soon`: it may take a moment still to go.
 * @param {string} root
 * @returns {Promise<readonly { what: string, soon: boolean }[]>}
 */
async function leftovers(root) {
  const tag = createHash('sha256').update(join(root, 'lib')).digest('hex').slice(0, 8);
  const { networks = [], containers = {} } = readJson(join(root, 'lib/networks/state.json')) ?? {};
  const { stdout: tables } = await tryRun('nft', ['list', 'tables']);
  const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}/flotilla/${tag}`);
  const now = [
    ...readdirSync(join(root, 'lib/containers')).map((id) => `container ${id}`),
    ...networks.map((/** @type {any} */ { name }) => `network ${name}`),
    ...Object.keys(containers).map((id) => `endpoints of ${id}`),
    ...readProc('self', 'mountinfo')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((point) => point.startsWith(`${root}/run/`))
      .map((point) => `mount ${point}`),
    ...(tables.includes(tag) ? [`firewall table of ${tag}`] : []),
    ...hierarchies
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `control group ${name}`),
  ];
  const soon = [
    ...readdirSync('/sys/class/net').filter((name) => name.startsWith(`fl${tag}`)),
    ...processes()
      .filter(({ pid, words }) => isMonitor(words, root) || isSupervisor(pid, words, root))
      .map(({ pid, words }) => `process ${pid}, ${words[0]}`),
  ];
  return [...now.map((what) => ({ what, soon: false })), ...soon.map((what) => ({ what, soon: true }))];
}

/**
 * @param {string} root
 * @param {string} project
 * @returns {readonly any[]}
 */
function recordsOf(root, project) {
  const folder = join(root, 'lib/containers');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((id) => readJson(join(folder, id, 'record.json')))
    .filter((record) => record?.spec.labels['com.docker.compose.project'] === project);
}

/**
 * @param {string} root
 * @param {string} id
 * @returns {string | undefined}
 */
function healthOf(root, id) {
  return readJson(join(root, 'run/containers', id, 'health.json'))?.health;
}

/**
 * @param {string} root
 * @param {string} project
 * @returns {readonly any[]}
 */
function journalOf(root, project) {
  const text = readFileSync(join(root, 'run/projects', `${project}.events`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** @param {string} nanoseconds since 1970 */
function rfc3339(nanoseconds) {
  const whole = new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${nanoseconds.slice(-9).padStart(9, '0')}Z`;
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly string[]} words
 * @param {string} root
 */
function isMonitor(words, root) {
  return /(^|\/)conmon$/.test(words[0] ?? '') && words.some((word) => word.startsWith(`${root}/`));
}

/**
 * Monitors have its command among their words, too: they start it again.
 * @param {string} pid
 * @param {readonly string[]} words
 * @param {string} root
 */
function isSupervisor(pid, words, root) {
  return (
    (words[1] ?? '').endsWith('/supervisor.cjs') && readProc(pid, 'environ').includes(`FLOTILLA_ROOT=${root}`)
  );
}
