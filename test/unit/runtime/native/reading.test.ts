import { expect, it } from 'vitest';
import { type Reading, statsOf } from '../../../../src/runtime/native/containers/reading.ts';

const gibibyte = 1024 ** 3;
const second = 1e9;

function reading(at: number, group: Reading['group'], traffic?: Reading['traffic']): Reading {
  return { group, traffic, machine: { machine: at * 4 * second, processors: 4 }, memory: gibibyte };
}

it('is the processor time between two readings, and what was counted until the second one', () => {
  const counted = { blockIo: { read: 1, written: 2 }, processes: 3 };
  const before = { ...counted, cpu: 7 * second };
  const after = { ...counted, cpu: 9.5 * second, memory: { used: 5, limit: Number.POSITIVE_INFINITY } };
  expect(statsOf(reading(10, before), reading(11, after, { received: 8, sent: 9 }))).toEqual({
    cpu: 250,
    memory: { used: 5, limit: gibibyte },
    network: { received: 8, sent: 9 },
    ...counted,
    missing: [],
  });
  // Started anew in between.
  expect(statsOf(reading(10, before), reading(11, { cpu: 1 })).cpu).toBe(0);
});

it('is no processor time of a second when the first reading has none', () => {
  const counted = { cpu: 3600 * second, blockIo: { read: 1, written: 2 }, processes: 3 };
  const stats = statsOf(
    reading(10, {}),
    reading(11, { ...counted, memory: { used: 5, limit: 6 } }, { received: 8, sent: 9 }),
  );
  expect(stats.cpu).toBeUndefined();
  expect(stats.missing).toEqual([]);
});

it('says why what the machine does not count is missing', () => {
  expect(statsOf(reading(10, {}), reading(11, {}))).toEqual({
    missing: [
      'the control groups of this machine do not count processor time',
      'the control groups of this machine do not count memory',
      'the control groups of this machine do not count what goes from and to disks',
      'the control groups of this machine do not count processes',
      'the networks of its processes cannot be looked at',
    ],
  });
});
