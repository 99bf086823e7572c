import { describe, expect, it } from 'vitest';
import {
  judge,
  type ProbePlan,
  pauseAfter,
  type Standing,
  unknownStanding,
} from '../../../../src/runtime/native/supervisor/probe-schedule.ts';

const plan: ProbePlan = {
  test: ['CMD', 'true'],
  intervalMs: 1000,
  timeoutMs: 30_000,
  startPeriodMs: 0,
  startIntervalMs: 5000,
  retries: 3,
};

/** Probes that take no time, until the health is another one; when that was. */
function changesAt(
  own: ProbePlan,
  passesFromMs: number,
): { readonly health: string; readonly ageMs: number } {
  let standing: Standing = unknownStanding;
  let ageMs = 0;
  for (let count = 1; ; count += 1) {
    standing = judge(own, standing, { passed: ageMs >= passesFromMs, ageMs });
    if (standing.health !== 'starting') return { health: standing.health, ageMs };
    ageMs += pauseAfter(own, standing, count, ageMs);
  }
}

describe('the health of a container that starts', () => {
  it.each([
    ['an interval of 1 s, 3 retries', plan, 3000],
    ['one retry', { ...plan, retries: 1 }, 1000],
    ['an interval of 100 ms', { ...plan, intervalMs: 100 }, 300],
    ['an interval of 10 s', { ...plan, intervalMs: 10_000 }, 30_000],
    ['a start period of 5 s', { ...plan, startPeriodMs: 5000 }, 7000],
  ])('fails no sooner than on Docker: %s', (_, own, docker) => {
    const { health, ageMs } = changesAt(own, Number.POSITIVE_INFINITY);
    expect(health).toBe('unhealthy');
    expect(ageMs).toBeGreaterThanOrEqual(docker);
    expect(ageMs).toBeLessThanOrEqual(docker + 2 * own.intervalMs);
  });

  it('is good although it was not for nearly as long as Docker waits', () => {
    expect(changesAt(plan, 2900).health).toBe('healthy');
  });

  it('is known soon after it is good', () => {
    expect(changesAt(plan, 50)).toEqual({ health: 'healthy', ageMs: 70 });
  });
});

describe('the health of a container that was healthy', () => {
  it('is lost with as many failures in a row as there are retries', () => {
    const healths: string[] = [];
    let standing: Standing = { health: 'healthy', failures: 0 };
    for (const [index, passed] of [false, false, true, false, false, false].entries()) {
      standing = judge(plan, standing, { passed, ageMs: 60_000 + index * 1000 });
      healths.push(standing.health);
    }
    expect(healths).toEqual(['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy']);
  });
});
