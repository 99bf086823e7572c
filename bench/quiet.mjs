import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const windowMs = 100;
const enoughIdle = 0.85;

/**
 * Waits until the machine has little to do, at most so long: the kernel clears away the last run's networks after the
 * tool has ended, and the next run should not pay for it.
 * @param {number} atMostMs
 */
export async function waitUntilQuiet(atMostMs) {
  const deadline = Date.now() + atMostMs;
  while (Date.now() < deadline && (await idleShare(windowMs)) < enoughIdle);
}

/**
 * @param {number} durationMs
 * @returns {Promise<number>} which part of the processors' time nobody used, 0 to 1
 */
export async function idleShare(durationMs) {
  const before = readTimes();
  await pause(durationMs);
  const after = readTimes();
  const total = after.total - before.total;
  return total === 0 ? 1 : (after.idle - before.idle) / total;
}

function readTimes() {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const times = first.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: times.reduce((sum, time) => sum + time, 0), idle: (times[3] ?? 0) + (times[4] ?? 0) };
}
