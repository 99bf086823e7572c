import { describe, expect, it } from 'vitest';
import { formatDuration, nanoseconds, parseBytes, parseDuration } from '../../../src/core/units.ts';

describe('sizes', () => {
  it.each([
    ['100', 100],
    ['1k', 1024],
    ['1 KB', 1024],
    ['1kib', 1024],
    ['1.5g', 1.5 * 1024 ** 3],
    ['2T', 2 * 1024 ** 4],
    ['.5m', 512 * 1024],
    ['5b', 5],
    ['1e3', 1000],
  ])('reads %s', (text, size) => {
    expect(parseBytes(text)).toBe(size);
  });

  it.each(['', 'x', '1x', '-1', '1  g', ' 1g', '1.2.3', '1ki', 'g'])('refuses %j', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['10s', '10s'],
    ['90s', '1m30s'],
    ['1h', '1h0m0s'],
    ['1.5h', '1h30m0s'],
    ['1d', '24h0m0s'],
    ['1w2d', '216h0m0s'],
    ['500ms', '500ms'],
    ['1.5s', '1.5s'],
    ['100us', '100µs'],
    ['1500ns', '1.5µs'],
    ['3ns', '3ns'],
    ['-2m', '-2m0s'],
    ['0', '0s'],
    ['0s', '0s'],
  ])('reads %s as %s', (text, shown) => {
    const duration = parseDuration(text);
    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(shown);
  });

  it.each(['', '10', '1y', 's', '1h 3m', '1.h.', '1h-5m'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('keeps long ones exact', () => {
    expect(formatDuration(nanoseconds(3600e9 * 100 + 1))).toBe('100h0m0.000000001s');
  });
});
