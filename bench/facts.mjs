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
 * @property {number} load average of the last minute, before the first run
 * @property {number} idlePercent of the processors, before the first run
 * @property {boolean} busy others were at work, so that the figures are only indicative
 */

/**
 * @param {string | undefined} host of the engine, when one takes part
 * @param {readonly import('./tools/tool.mjs').Tool[]} tools
 * @returns {Promise<Facts>}
 */
export async function gatherFacts(host, tools) {
  const [load = 0] = loadavg();
  const idle = await idleShare(2000);
  const cores = availableParallelism();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: cpus()[0]?.model ?? process.arch,
    cores,
    memoryGb: Math.round(totalmem() / 1e9),
    system: systemName(),
    kernel: release(),
    engine: host === undefined ? 'none' : await describeEngine(host),
    node: process.version,
    tools: Object.fromEntries(tools.map(({ title, version }) => [title, version])),
    load: round(load),
    idlePercent: Math.round(idle * 100),
    busy: load > cores / 2 || idle < 0.8,
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

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
