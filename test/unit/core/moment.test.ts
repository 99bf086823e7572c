import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { momentInSeconds, parseMoment } from '../../../src/core/moment.ts';

const now = Date.parse('2026-01-31T12:00:00Z');

describe('a time that a user writes', () => {
  it.each([
    ['1700000000', '1700000000.000000000'],
    ['1700000000.5', '1700000000.500000000'],
    ['0', '0.000000000'],
    ['0s', '1769860800.000000000'],
    ['10s', '1769860790.000000000'],
    ['-10s', '1769860810.000000000'],
    ['1h30m', '1769855400.000000000'],
    ['1.5h', '1769855400.000000000'],
    ['999999h', '0'],
    ['2026-01-31T12:00:00Z', '1769860800.000000000'],
    ['2026-01-31T12:00:00.123456789Z', '1769860800.123456789'],
    ['2026-01-31T13:00:00+01:00', '1769860800.000000000'],
    ['2026-01-31T12Z', '1769860800.000000000'],
    ['2026-01-31Z', '1769817600.000000000'],
  ])('%s is understood', (text, seconds) => {
    expect(momentInSeconds(text, now)).toBe(seconds);
  });

  describe('without a zone', () => {
    const zone = process.env['TZ'];
    beforeEach(() => {
      process.env['TZ'] = 'America/New_York';
    });
    afterEach(() => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    });

    it.each([
      ['2026-01-31T07:00:00', '1769860800.000000000'],
      ['2026-01-31T07:00:00.25', '1769860800.250000000'],
      ['2026-01-31T07:00', '1769860800.000000000'],
      ['2026-01-31T07', '1769860800.000000000'],
      ['2026-01-31', '1769835600.000000000'],
      ['2026-07-01', '1782878400.000000000'],
    ])('%s is local time', (text, seconds) => {
      expect(momentInSeconds(text, now)).toBe(seconds);
    });
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-01-31T25:00:00', '10 m', '10d', '-5'])(
    '%j is refused',
    (text) => {
      expect(() => parseMoment(text, now)).toThrow(`"${text}" is not a time`);
    },
  );
});
