import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/core/codes.ts';

const sections = readFileSync('docs/errors.md', 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((section) => ({
    code: section.slice(0, section.indexOf('\n')),
    text: section
      .slice(section.indexOf('\n'))
      .replace(/^## .*/m, '')
      .trim(),
  }));

test('docs/errors.md explains every code, in the order of src/core/codes.ts, and no other', () => {
  expect(sections.map(({ code }) => code)).toEqual([...errorCodes]);
});

test('every paragraph says more than one sentence', () => {
  expect(sections.filter(({ text }) => text.split(/[.!?](?:\s|$)/).length < 3)).toEqual([]);
});
