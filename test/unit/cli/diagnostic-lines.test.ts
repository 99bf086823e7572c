import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { main } from '../../../src/cli/main.ts';
import { fakeIo } from '../../support/fake-io.ts';

const root = join(import.meta.dirname, '../../..');
const schema = JSON.parse(readFileSync(join(root, 'schemas/diagnostic.schema.json'), 'utf8'));
const isDiagnostic = new Ajv({ allErrors: true }).compile(schema);

async function run(words: readonly string[], fixture: string) {
  const { io, stdout, stderr } = fakeIo(words, { cwd: join(root, 'fixtures/compose', fixture) });
  const exitCode = await main(io, commands);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

function parsed(lines: string): readonly unknown[] {
  const values = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  for (const value of values) expect(isDiagnostic(value), JSON.stringify(isDiagnostic.errors)).toBe(true);
  return values;
}

describe('config --format json', () => {
  it('tells what is wrong as JSON on standard error, and keeps standard output clean', async () => {
    const { exitCode, stdout, stderr } = await run(['config', '--format', 'json'], 'errors/cgroup-value');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(parsed(stderr)).toMatchInlineSnapshot(`
      [
        {
          "code": "compose.invalid-value",
          "column": 39,
          "endColumn": 50,
          "endLine": 1,
          "file": "compose.yaml",
          "frame": "1 | services: {a: {image: alpine, cgroup: "service:b"}, b: {image: alpine}}
        |                                       ^^^^^^^^^^^",
          "hint": "Write \`host\` or \`private\`.",
          "line": 1,
          "message": "services.a.cgroup value must be one of 'host', 'private'",
          "path": "services.a.cgroup",
          "severity": "error",
          "type": "diagnostic",
        },
      ]
    `);
  });

  it.each(readdirSync(join(root, 'fixtures/compose/errors')))(
    'has the one shape for errors/%s',
    async (name) => {
      const { stderr } = await run(['config', '--format', 'json'], `errors/${name}`);
      parsed(stderr);
    },
  );

  it('prints warnings the same way, beside the model', async () => {
    const { exitCode, stdout, stderr } = await run(
      ['config', '--format', 'json'],
      'corpus/env-export-a-1-export-b-2-exportc-3command-a',
    );
    expect(exitCode).toBe(0);
    JSON.parse(stdout);
    expect(parsed(stderr)).toMatchObject([{ severity: 'warning', code: 'compose.unset-variable' }]);
  });

  it('says without a file what it says with one: code, message, hint', async () => {
    const { stderr } = await run(['-f', 'none.yaml', 'config', '--format', 'json'], 'errors');
    expect(parsed(stderr)).toMatchInlineSnapshot(`
      [
        {
          "code": "compose.no-file",
          "hint": "Check the path of this compose file.",
          "message": "open none.yaml: no such file or directory",
          "severity": "error",
          "type": "diagnostic",
        },
      ]
    `);
  });
});

it('--progress json makes no difference between errors of files and those of the world', async () => {
  const file = await run(['--progress', 'json', 'up'], 'errors/cgroup-value');
  expect(parsed(file.stderr)).toMatchObject([{ code: 'compose.invalid-value' }]);
  const world = await run(['--progress', 'json', 'up', '--menu'], 'errors/cgroup-value');
  expect(parsed(world.stderr)).toMatchObject([{ code: 'cli.usage', severity: 'error' }]);
});
