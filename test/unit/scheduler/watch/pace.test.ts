import { expect, it } from 'vitest';
import { Pace } from '../../../../src/scheduler/watch/pace.ts';

/** Each round a change comes so many milliseconds after the end of the action before. */
function rounds(count: number, afterMs: number, file: (round: number) => string): readonly number[] {
  const pace = new Pace();
  const pauses: number[] = [];
  for (let round = 0, now = 0; round < count; round += 1) {
    const pause = pace.pauseBefore(new Set([file(round)]), now);
    pauses.push(pause);
    now += pause + 300;
    pace.ended(now);
    now += afterMs;
  }
  return pauses;
}

it('holds a loop up, longer and longer', () => {
  expect(rounds(16, 20, () => 'a')).toEqual([
    ...new Array(10).fill(0),
    5000,
    10_000,
    20_000,
    40_000,
    60_000,
    60_000,
  ]);
});

it('leaves alone who takes a breath, and who changes this and that', () => {
  expect(rounds(30, 3200, () => 'a')).toEqual(new Array(30).fill(0));
  expect(rounds(30, 20, (round) => `file ${round}`)).toEqual(new Array(30).fill(0));
});
