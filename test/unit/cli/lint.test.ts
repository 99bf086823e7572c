import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { main } from '../../../src/cli/main.ts';
import { fakeIo } from '../../support/fake-io.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('warning.yaml', 'services:\n  web:\n    image: nginx\n');
  write('error.yaml', 'services:\n  web:\n    image: web:1\n    mem_limit: 512\n');
  write('broken.yaml', 'services:\n  web:\n    imagee: web:1\n');
  write('secret.yaml', 'services:\n  db:\n    image: db:1\n    environment:\n      DB_PASSWORD: hunter2\n');
  write('clean.yaml', 'services:\n  web:\n    image: web:1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function lint(file: string, ...words: readonly string[]) {
  const { io, stdout, stderr } = fakeIo(['-f', `${file}.yaml`, 'lint', ...words], { cwd: folder });
  const exitCode = await main(io, commands);
  expect(stderr()).toBe('');
  return { exitCode, stdout: stdout() };
}

it('prints findings for people', async () => {
  expect((await lint('warning')).stdout).toMatchInlineSnapshot(`
    "warning.yaml:3:12: warning: services.web: "nginx" has no tag, so that another version may run tomorrow [lint.latest-tag]
    1 | services:
    2 |   web:
    3 |     image: nginx
      |            ^^^^^
    hint: Name the version that you have tested: "nginx:VERSION".

    0 errors, 1 warning
    "
  `);
  expect((await lint('clean')).stdout).toMatchInlineSnapshot(`
    "Nothing found.
    "
  `);
});

it('shows what to write instead of a secret, and not the secret', async () => {
  expect((await lint('secret')).stdout).toMatchInlineSnapshot(`
    "secret.yaml:5:20: warning: services.db: the value of DB_PASSWORD stands in the file, where everybody who has the file reads it [lint.plain-secret]
    3 |     image: db:1
    4 |     environment:
    5 |       DB_PASSWORD: ***
      |                    ^^^
    hint: Write "DB_PASSWORD: \${DB_PASSWORD:?}" and set it in a .env file that is not committed, or use secrets.

    0 errors, 1 warning
    "
  `);
});

it.each([
  ['clean', [], 0],
  ['warning', [], 0],
  ['warning', ['--strict'], 1],
  ['warning', ['--fail-on', 'warning'], 1],
  ['warning', ['--strict', '--disable', 'lint.latest-tag'], 0],
  ['error', [], 1],
  ['error', ['--fail-on', 'never'], 0],
  ['broken', [], 1],
  ['broken', ['--fail-on', 'never'], 1],
] as const)('%s %j ends with %i', async (file, words, exitCode) => {
  expect((await lint(file, ...words)).exitCode).toBe(exitCode);
});

it.each(['warning', 'error', 'broken', 'clean'])('--format json is one object for %s', async (file) => {
  const { stdout } = await lint(file, '--format', 'json');
  const { findings, errors, warnings } = JSON.parse(stdout);
  const schema = readFileSync(join(import.meta.dirname, '../../../schemas/diagnostic.schema.json'), 'utf8');
  const isDiagnostic = new Ajv().compile(JSON.parse(schema));
  for (const finding of findings)
    expect(isDiagnostic(finding), JSON.stringify(isDiagnostic.errors)).toBe(true);
  expect(errors + warnings).toBe(findings.length);
});

it('refuses a code that no rule has', async () => {
  const words = ['-f', 'warning.yaml', 'lint', '--disable', 'lint.latets-tag'];
  const { io, stdout, stderr } = fakeIo(words, { cwd: folder });
  expect(await main(io, commands)).toBe(1);
  expect(stdout()).toBe('');
  expect(stderr()).toMatchInlineSnapshot(`
    "error: --disable: "lint.latets-tag" is no code of a rule
    hint: Did you mean "lint.latest-tag"?
    "
  `);
});

it('--format github makes annotations', async () => {
  expect((await lint('warning', '--format', 'github')).stdout).toMatchInlineSnapshot(`
    "::warning file=warning.yaml,line=3,endLine=3,col=12,endColumn=17,title=lint.latest-tag::services.web: "nginx" has no tag, so that another version may run tomorrow%0AName the version that you have tested: "nginx:VERSION".
    "
  `);
});
