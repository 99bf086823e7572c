import { expect, test } from 'vitest';
import { describeAge, formatBytes, formatElapsed } from '../../../../src/cli/output/quantities.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test('ages read as docker tells them', () => {
  const ages = [
    0,
    second,
    59 * second,
    minute,
    119 * second,
    2 * minute,
    59 * minute,
    hour,
    89 * minute,
    90 * minute,
    47 * hour,
    48 * hour,
    13 * day,
    14 * day,
    59 * day,
    60 * day,
    729 * day,
    730 * day,
    1095 * day,
  ];
  expect(ages.map(describeAge)).toMatchInlineSnapshot(`
    [
      "Less than a second",
      "1 second",
      "59 seconds",
      "About a minute",
      "About a minute",
      "2 minutes",
      "59 minutes",
      "About an hour",
      "About an hour",
      "2 hours",
      "47 hours",
      "2 days",
      "13 days",
      "2 weeks",
      "8 weeks",
      "2 months",
      "24 months",
      "2 years",
      "3 years",
    ]
  `);
});

test('sizes have three digits at most and never read 1000', () => {
  const sizes = [
    0, 999, 1000, 1050, 84_240_000, 99_949_999, 99_950_000, 184_000_000, 999_499_999, 999_500_000,
  ];
  expect(sizes.map(formatBytes)).toMatchInlineSnapshot(`
    [
      "0 B",
      "999 B",
      "1 kB",
      "1.1 kB",
      "84.2 MB",
      "99.9 MB",
      "100 MB",
      "184 MB",
      "999 MB",
      "1 GB",
    ]
  `);
});

test('elapsed times stay short', () => {
  const times = [0, 149, 12_340, 59_949, 59_950, 125_000, 3_599_600, 3_720_000];
  expect(times.map(formatElapsed)).toMatchInlineSnapshot(`
    [
      "0.0s",
      "0.1s",
      "12.3s",
      "59.9s",
      "1m00s",
      "2m05s",
      "1h00m",
      "1h02m",
    ]
  `);
});
