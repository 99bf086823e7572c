import { describe, expect, it } from 'vitest';
import { median, pairedRatio, rotate, summarize } from '../../../bench/statistics.mjs';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('orders numbers as numbers and leaves its argument alone', () => {
    const values = [100, 20, 3];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });

  it('refuses to invent a value', () => {
    expect(() => median([])).toThrowErrorMatchingInlineSnapshot(`[Error: There is no median of no values.]`);
  });
});

describe('summarize', () => {
  it('keeps the extremes beside the median', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, count: 3 });
    expect(summarize([])).toBeUndefined();
  });
});

describe('pairedRatio', () => {
  it('compares runs that were made one after the other, so that a slow minute falls out', () => {
    expect(pairedRatio([10, 50, 10], [20, 100, 20])).toBe(0.5);
  });

  it('leaves out every pair in which a run failed', () => {
    expect(pairedRatio([10, undefined, 10], [20, 1, undefined])).toBe(0.5);
    expect(pairedRatio([undefined], [1])).toBeUndefined();
    expect(pairedRatio([], [])).toBeUndefined();
  });
});

describe('rotate', () => {
  it('gives every tool every place', () => {
    const tools = ['a', 'b', 'c'];
    expect([0, 1, 2, 3].map((round) => rotate(tools, round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
    expect(rotate([], 3)).toEqual([]);
  });
});
