import { expect, test } from 'vitest';
import { goQuote } from '../../../../src/cli/output/go-quote.ts';

test('commands are quoted like a Go literal', () => {
  expect(goQuote(`sh -c 'echo "a\\b"\n\t\u0007'`)).toBe(String.raw`"sh -c 'echo \"a\\b\"\n\t\a'"`);
});

test('characters that do not print become escapes, others stay', () => {
  expect(goQuote('é…🐳\u001b[31m\u00a0\u009b\u{e0001}')).toBe(
    String.raw`"é…🐳\x1b[31m\u00a0\u009b\U000e0001"`,
  );
});
