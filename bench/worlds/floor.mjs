// @ts-check
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tryRun } from '../../scripts/lib/run.mjs';
import { checkOrder, checkProgram, memoryOf, processes, readProc, WrongResult } from './world.mjs';

/**
 * @typedef {import('./world.mjs').World} World
 * @typedef {object} Sample what the native engine makes of a service, for the script to do the same
 * @property {string} program flotilla
 * @property {World & { root: string }} native
 * @property {string} folder with a compose.yaml of one service
 */

/**
 * Where `bench/floor/floor.sh` works: beside the native engine, on its file systems and with its image.
 * @param {Sample} sample
 * @returns {Promise<World>}
 */
export async function floorWorld(sample) {
  const { root } = sample.native;
  const folder = mkdtempSync('/run/flotilla-bench-floor-');
  const [template, disk] = [join(folder, 'template'), join(root, 'floor')];
  mkdirSync(template);
  mkdirSync(disk);
  await writeTemplate(sample, template);
  const places = (/** @type {string} */ project) => ({
    memory: join(folder, project),
    disk: join(disk, project),
  });
  return {
    env: { FLOOR_TEMPLATE: template, FLOOR_RUN: folder, FLOOR_DISK: disk },
    verifyUp: (stack, project) => verifyUp(stack, join(folder, project)),
    waitUntilHealthy: async () => {},
    async verifyDown(project) {
      const left = await leftovers(places(project));
      if (left.length > 0) throw new WrongResult(`left behind: ${left.join(', ')}`);
    },
    wipe: (project) => wipe(places(project)),
    memory: async (project) => {
      const monitors = monitorsOf(join(folder, project));
      return memoryOf(monitors, [], monitors.length);
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * The very configuration that the native engine gives its runtime, with the container's own names left open.
 * @param {Sample} sample
 * @param {string} template
 */
async function writeTemplate({ program, native: { root, env }, folder }, template) {
  const flotilla = (/** @type {readonly string[]} */ words) =>
    run(program, ['-p', 'sample', ...words], { cwd: folder, env });
  await flotilla(['up', '-d']);
  try {
    const [id = ''] = readdirSync(join(root, 'lib/containers'));
    const place = join(root, 'run/containers', id);
    const config = readFileSync(join(place, 'config.json'), 'utf8')
      .replaceAll(place, '@DIR@')
      .replaceAll(join(root, 'run/networks/namespaces', id), '@NET@')
      .replace(/"\/flotilla\/[0-9a-f]+\//, '"/flotilla/floor/')
      .replaceAll(id, '@ID@')
      .replaceAll(id.slice(0, 12), '@SHORT@');
    writeFileSync(join(template, 'config.json'), config);
    const mount = readProc('self', 'mountinfo')
      .split('\n')
      .find((line) => line.includes(` ${place}/rootfs `));
    writeFileSync(join(template, 'lower'), /lowerdir=([^,\s]+)/.exec(mount ?? '')?.[1] ?? '');
    writeFileSync(join(template, 'wrap'), wrapOf());
  } finally {
    await flotilla(['down']);
  }
}

/** crun refuses machines that have control groups of v1 and controllers of v2 besides. */
function wrapOf() {
  const mounts = readProc('self', 'mountinfo').split('\n');
  const unified = mounts.find((line) => line.includes(' - cgroup2 '))?.split(' ')[4];
  const isMixed = unified !== undefined && mounts.some((line) => line.includes(' - cgroup '));
  return isMixed
    ? `unshare -m --propagation slave ${join(import.meta.dirname, '../floor/hide.sh')} ${unified}`
    : '';
}

/**
 * @param {import('../stack.mjs').Stack} stack
 * @param {string} folder
 */
async function verifyUp(stack, folder) {
  const momentsOf = (/** @type {string} */ service) => {
    const at = (/** @type {string} */ file) => {
      const seconds = read(join(folder, service, file));
      return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
    };
    const healthyAt = at('healthy');
    return {
      startedAt: at('started') ?? '',
      ...(healthyAt === undefined ? {} : { health: 'healthy', healthyAt }),
    };
  };
  const pids = [];
  for (const { name, needs } of stack.services) {
    const pid = read(join(folder, name, 'pid')) ?? 'none';
    await checkProgram(name, pid, 'sleep');
    if (!readProc(pid, 'cgroup').includes('/flotilla/floor/'))
      throw new WrongResult(`${name} has no control group`);
    for (const { service, condition } of needs)
      checkOrder([name, momentsOf(name)], [service, momentsOf(service)], condition);
    pids.push(pid);
  }
  return pids.sort();
}

/** @param {{ memory: string, disk: string }} places */
async function leftovers({ memory, disk }) {
  const { stdout: tables } = await tryRun('nft', ['list', 'tables']);
  return [
    ...[memory, disk].filter((folder) => read(folder) !== undefined),
    ...mountsBelow(memory).map((point) => `mount ${point}`),
    ...namespaces().map((name) => `namespace ${name}`),
    ...(tables.includes('inet floor') ? ['firewall table'] : []),
    ...groups().map((group) => `control group ${group}`),
    ...monitorsOf(memory).map(({ pid }) => `monitor ${pid}`),
  ];
}

/** @param {{ memory: string, disk: string }} places */
async function wipe({ memory, disk }) {
  const pids = readdirOrNone(memory).flatMap((name) => read(join(memory, name, 'pid')) ?? []);
  await tryRun('kill', ['-9', ...pids]);
  for (const point of mountsBelow(memory)) await tryRun('umount', ['-l', point]);
  await tryRun('ip', ['link', 'delete', 'flup']);
  for (const name of namespaces()) await tryRun('ip', ['netns', 'delete', name]);
  await tryRun('nft', ['delete', 'table', 'inet', 'floor']);
  while (monitorsOf(memory).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await tryRun('rmdir', groups());
  for (const folder of [memory, disk]) rmSync(folder, { recursive: true, force: true });
}

/** @param {string} folder */
function mountsBelow(folder) {
  return readProc('self', 'mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
}

function namespaces() {
  return readdirOrNone('/run/netns').filter((name) => /^fl(net|s\d+)$/.test(name));
}

function groups() {
  return readdirOrNone('/sys/fs/cgroup').flatMap((name) => {
    const folder = `/sys/fs/cgroup/${name}/flotilla/floor`;
    return readdirOrNone(folder)
      .filter((entry) => entry.startsWith('f100d'))
      .map((entry) => join(folder, entry));
  });
}

/** @param {string} folder */
function monitorsOf(folder) {
  return processes().filter(
    ({ words }) =>
      /(^|\/)conmon$/.test(words[0] ?? '') && words.some((word) => word.startsWith(`${folder}/`)),
  );
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EISDIR' ? '' : undefined;
  }
}

/** @param {string} folder */
function readdirOrNone(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
