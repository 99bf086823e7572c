// @ts-check
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { callEngine } from '../scripts/lib/engine/api.mjs';
import { idleShare } from './quiet.mjs';

/**
 * @typedef {object} Facts what a reader needs to judge the figures
 * @property {string} date
 * @property {string} processor
 * @property {number} cores
 * @property {number} memoryGb
 * @property {string} system
 * @property {string} kernel
 * @property {string} engine
 * @property {string} node
 * @property {Readonly<Record<string, string>>} tools versions
 * @property {number} load average of the last minute, before anything was started
 * @property {number} idlePercent of the processors, before anything was started
 * @property {number} restlessPercent of the pauses between runs in which the machine did not become quiet
 * @property {boolean} busy others were at work, so that the figures are only indicative
 */

/**
 * What the machine does before anything is started.
 * @returns {Promise<{ load: number, idlePercent: number }>}
 */
export async function lookAround() {
  const [load = 0] = loadavg();
  return { load: Math.round(load * 100) / 100, idlePercent: Math.round((await idleShare(2000)) * 100) };
}

/**
 * @param {string | undefined} host of the engine, when one takes part
 * @param {readonly import('./tools/tool.mjs').Tool[]} tools
 * @param {{ load: number, idlePercent: number }} before
 * @returns {Promise<Facts>} with the machine's quiet still to be judged
 */
export async function gatherFacts(host, tools, before) {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: cpus()[0]?.model ?? process.arch,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    system: systemName(),
    kernel: release(),
    engine: host === undefined ? 'no engine' : await describeEngine(host),
    node: process.version,
    tools: Object.fromEntries(tools.map(({ title, version }) => [title, version])),
    ...before,
    restlessPercent: 0,
    busy: before.idlePercent < 80,
  };
}

/**
 * @param {Facts} facts
 * @param {number} restlessShare
 * @returns {Facts}
 */
export function judgedBy(facts, restlessShare) {
  return {
    ...facts,
    restlessPercent: Math.round(restlessShare * 100),
    busy: facts.busy || restlessShare > 0.1,
  };
}

/** @param {string} host */
async function describeEngine(host) {
  const [version, info] = await Promise.all([
    callEngine(host, 'GET', '/version'),
    callEngine(host, 'GET', '/info'),
  ]);
  const data = filesystemOf(info.DockerRootDir);
  return `Docker Engine ${version.Version}, ${info.Driver} on ${data}, cgroup v${info.CgroupVersion}, ${info.DefaultRuntime}`;
}

/** @param {string} path */
function filesystemOf(path) {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point = '-']) => point === '/' || path === point || path.startsWith(`${point}/`))
    .sort(([, a = ''], [, b = '']) => b.length - a.length);
  return mounts[0]?.[2] ?? 'an unknown file system';
}

function systemName() {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
}
