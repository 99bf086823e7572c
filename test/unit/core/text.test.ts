import { expect, it } from 'vitest';
import { jsonLine } from '../../../src/cli/output/json-line.ts';
import { stripControl } from '../../../src/core/text.ts';

/** Colours, a window title, both in their one-byte form, a bell, and marks that turn writing around. */
const tricks =
  'a\u001b[31mb\u001b]0;title\u0007c\u009b31md\u009d0;x\u009ce\u202ef\u2066g\u2069h\u200ei\u2028j\u007f';

it('makes visible what would drive a terminal or turn its text around', () => {
  expect(stripControl(tricks)).toMatchInlineSnapshot(
    `"a\\u001b[31mb\\u001b]0;title\\u0007c\\u009b31md\\u009d0;x\\u009ce\\u202ef\\u2066g\\u2069h\\u200ei\\u2028j\\u007f"`,
  );
  expect(stripControl('tab\tline\nMünchen 東京 😀')).toBe('tab\tline\nMünchen 東京 😀');
});

it('does so in JSON, which stays the same value', () => {
  const line = jsonLine({ name: tricks });
  expect(line).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(line)).toEqual({ name: tricks });
});
