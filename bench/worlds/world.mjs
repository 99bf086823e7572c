// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Where a tool's containers live, as seen by somebody who trusts no tool's own word.
 *
 * @typedef {import('../stack.mjs').Stack} Stack
 *
 * @typedef {object} World
 * @property {Readonly<Record<string, string>>} env by which tools find it
 * @property {(stack: Stack, project: string) => Promise<readonly string[]>} verifyUp throws WrongResult unless all
 *   containers run, and none started before what it needs was ready; the containers' ids, sorted
 * @property {(project: string, signal: AbortSignal) => Promise<void>} waitUntilHealthy
 * @property {(project: string) => Promise<void>} verifyDown throws WrongResult when anything of the project is left
 * @property {(project: string) => Promise<void>} wipe removes whatever the project has
 * @property {(project: string) => Promise<Memory>} memory while the project is up
 * @property {() => Promise<void>} close takes the world away
 *
 * @typedef {object} Memory in units of 1,000,000 bytes
 * @property {number} monitorMb of what watches over one container, its share of shared pages included
 * @property {number} [supervisorMb] resident memory of what watches over the project
 *
 * @typedef {object} Moments RFC 3339 with equally many digits, so that texts compare as times do
 * @property {string} startedAt
 * @property {string} [health]
 * @property {string} [healthyAt]
 */

/** A run came to its end but did not do its work, so that its time means nothing. */
export class WrongResult extends Error {
  /** @override */
  name = 'WrongResult';
}

/**
 * @param {readonly [name: string, moments: Moments]} dependent
 * @param {readonly [name: string, moments: Moments]} needed
 * @param {import('../stack.mjs').Condition} condition
 * @throws {WrongResult}
 */
export function checkOrder([name, { startedAt }], [neededName, needed], condition) {
  if (startedAt < needed.startedAt) throw new WrongResult(`${name} started before ${neededName}`);
  if (condition !== 'service_healthy') return;
  if (needed.health !== 'healthy')
    throw new WrongResult(`${neededName} is ${needed.health}, and ${name} runs`);
  if (needed.healthyAt !== undefined && Date.parse(startedAt) < Date.parse(needed.healthyAt)) {
    throw new WrongResult(`${name} started before ${neededName} was healthy`);
  }
}

/**
 * @param {string | number} pid
 * @param {string} file below /proc/PID
 */
export function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/**
 * An engine calls a container started when it has told the runtime's own process to become the container's program. For
 * some moments that process still has the runtime's words, or none.
 * @param {string} name of the service, for the message
 * @param {string | number} pid
 * @param {string} program
 * @param {number} [withinMs]
 * @throws {WrongResult} when it runs something else by then, or has ended
 */
export async function checkProgram(name, pid, program, withinMs = 2000) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const words = readProc(pid, 'cmdline').split('\0');
    if (words[0] === program) return;
    if (Date.now() >= deadline || !existsSync(`/proc/${pid}`))
      throw new WrongResult(`${name} does not run: ${words.join(' ') || 'no process'}`);
    await pause(1);
  }
}

/** @returns {readonly { pid: string, words: readonly string[] }[]} all that run on the machine */
export function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, words: readProc(pid, 'cmdline').split('\0') }));
}

/**
 * @param {readonly { pid: string }[]} monitors
 * @param {readonly { pid: string }[]} supervisors
 * @param {number} containers
 * @returns {Memory}
 */
export function memoryOf(monitors, supervisors, containers) {
  const sum = (/** @type {readonly { pid: string }[]} */ list, /** @type {RegExp} */ line) =>
    list.reduce((total, { pid }) => {
      const [, kilobytes = '0'] = line.exec(readProc(pid, 'smaps_rollup')) ?? [];
      return total + (Number(kilobytes) * 1024) / 1_000_000;
    }, 0);
  return {
    monitorMb: sum(monitors, /^Pss:\s+(\d+)/m) / Math.max(1, containers),
    ...(supervisors.length === 0 ? {} : { supervisorMb: sum(supervisors, /^Rss:\s+(\d+)/m) }),
  };
}
