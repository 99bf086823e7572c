// @ts-check
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const windowMs = 100;
const enoughIdle = 0.85;

/**
 * Waits between runs: the kernel clears away the last run's networks after the tool has ended, and the next run should
 * not pay for it. Where the machine never becomes quiet, others are at work on it.
 * @param {number} atMostMs
 */
export function createSettler(atMostMs) {
  let pauses = 0;
  let restless = 0;
  return {
    /** Resolves when the machine has little to do, or when the time is over. */
    async settle() {
      pauses += 1;
      const deadline = Date.now() + atMostMs;
      while ((await idleShare(windowMs)) < enoughIdle) {
        if (Date.now() < deadline) continue;
        restless += 1;
        return;
      }
    },
    /** Which part of the pauses ended with a machine that was still busy, 0 to 1. */
    restlessShare: () => (pauses === 0 ? 0 : restless / pauses),
  };
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
