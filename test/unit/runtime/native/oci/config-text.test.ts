import { expect, test } from 'vitest';
import { sharedText } from '../../../../../src/runtime/native/oci/config.ts';
import { configText } from '../../../../../src/runtime/native/oci/index.ts';

test('is what JSON.stringify writes', () => {
  const value = { a: [1, 'two\n"', null, true, { b: [] }], gone: undefined, ünï: '\u0000', empty: {} };
  expect(configText(value)).toBe(JSON.stringify(value));
});

test('no limit is the largest number of 64 bits, also when it is read and written again', () => {
  expect(configText({ hard: Number.POSITIVE_INFINITY })).toBe('{"hard":18446744073709551615}');
  expect(configText(JSON.parse('{"hard":18446744073709551615}'))).toBe('{"hard":18446744073709551615}');
});

test('what is written once reads the same wherever it stands', () => {
  const policy = { names: ['read'], most: Number.POSITIVE_INFINITY };
  const text = configText({ policy, name: 'a' });
  expect(sharedText(policy)).toBe(configText(policy));
  expect(configText({ policy, name: 'a' })).toBe(text);
  expect(configText({ policy: { ...policy, names: [] } })).toBe(
    '{"policy":{"names":[],"most":18446744073709551615}}',
  );
});
