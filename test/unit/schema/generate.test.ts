import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const generated = new URL('src/compose/generated/compose-schema.mjs', root);

test('leaves an up-to-date module alone', () => {
  generate();
  const before = statSync(generated).mtimeMs;
  generate();
  expect(statSync(generated).mtimeMs).toBe(before);
});

test('the compiled schema stands alone', () => {
  const text = readFileSync(generated, 'utf8');
  expect(text.match(/\b(import|require)\b[^;\n]*/g)).toBe(null);
  expect(text).not.toMatch(/"(title|description|examples)":/);
});

function generate(): void {
  execFileSync(process.execPath, ['scripts/generate.mjs'], { cwd: root });
}
