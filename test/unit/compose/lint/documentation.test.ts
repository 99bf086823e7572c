import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { lintCodes } from '../../../../src/compose/lint/codes.ts';
import { lintText } from './support.ts';

const sections = readFileSync('docs/lint.md', 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((section) => ({
    code: section.slice(0, section.indexOf('\n')),
    text: section.slice(section.indexOf('\n'), section.indexOf('```')).trim(),
    examples: [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? ''),
  }));

/** What the examples of the page name. */
const files = { 'app.env': 'DB_HOST=db\n', 'default.conf': '', 'db.txt': 'x', 'key.pem': 'x' };

test('docs/lint.md explains every code, in the order of lint/codes.ts, and no other', () => {
  expect(sections.map(({ code }) => code)).toEqual([...lintCodes]);
});

describe.each(sections)('$code', ({ code, text, examples }) => {
  it('has a paragraph and two examples', () => {
    expect(text.split(/[.!?](?:\s|$)/).length).toBeGreaterThan(2);
    expect(examples).toHaveLength(2);
  });

  it('is found in the first example, and no other rule speaks', async () => {
    const found = await lintText(examples[0] ?? '', files);
    const codes = found.map((finding) => finding.code).filter((each) => each.startsWith('lint.'));
    expect(new Set(codes)).toEqual(new Set([code]));
  });

  it('is not found in the second, nor anything else', async () => {
    expect(await lintText(examples[1] ?? '', files)).toEqual([]);
  });
});
