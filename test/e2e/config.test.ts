import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { flotillaProgram, repository } from '../../scripts/lib/built.mjs';
import { referenceCompose } from '../../scripts/lib/reference.mjs';
import { commands } from '../../src/cli/commands/index.ts';
import { main } from '../../src/cli/main.ts';
import { type CommandResult, commandEnvironment, runCommand } from '../support/command.ts';
import { fakeIo } from '../support/fake-io.ts';

/** Projects that between them have what the flags of `config` look at. */
const fixtures = [
  'attributes/build',
  'attributes/environment',
  'attributes/networks',
  'attributes/provider-models',
  'dotenv/compose-variables',
  'include/simple',
  'interpolate/forms',
  'merge/basic',
  'profiles/named',
  'select/dependencies',
];

const names = [
  ['--services'],
  ['--volumes'],
  ['--networks'],
  ['--models'],
  ['--profiles'],
  ['--images'],
  ['--environment'],
  ['--services', '--no-interpolate'],
  ['--networks', '--images'],
  ['--images', '--environment'],
  ['--volumes', '--format', 'json'],
  ['-q', '--profiles'],
];

const models = [
  [],
  ['--format', 'json'],
  ['--no-interpolate'],
  ['--no-interpolate', '--format', 'json'],
  ['--no-interpolate', '--no-normalize', '--no-path-resolution'],
  ['--no-normalize', '--no-consistency'],
  ['--no-path-resolution'],
  ['-q'],
];

const questions = [
  ['--variables', '--format', 'json'],
  ['--variables', '--format', 'yaml', '--no-normalize'],
];

const globals = [['--all-resources'], ['--compatibility'], ['--profile', '*']];

describe.each(fixtures)('config of %s answers what docker compose answers', (fixture) => {
  const given = caseOf(fixture);
  let folder = '';
  let compose = '';
  beforeAll(async () => {
    expect(inject('buildFailure')).toBe('');
    compose = await referenceCompose((line) => process.stderr.write(`  ${line}\n`));
    folder = join(mkdtempSync(join(tmpdir(), 'flotilla-config-')), fixture.replace('/', '-'));
    cpSync(join(repository, 'fixtures/compose', fixture), folder, { recursive: true });
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  /** Both tools at the same time, and nothing else beside them. */
  async function both(
    front: readonly string[],
    behind: readonly string[],
  ): Promise<readonly [ours: Answer, theirs: Answer]> {
    const words = [...front, ...(given.args ?? []), 'config', ...behind, ...(given.services ?? [])];
    const options = { cwd: folder, env: { HOME: '/home/user', ...given.env } };
    // The built program once for each project; else its commands in this process, which spares hundreds of starts.
    const isPlain = front.length + behind.length === 0;
    return Promise.all([
      isPlain
        ? runCommand([process.execPath, '--', flotillaProgram(), ...words], options)
        : runHere(words, options),
      runCommand([compose, ...words], options),
    ]);
  }

  async function expectSame(
    front: readonly string[],
    behind: readonly string[],
    tidy: (text: string) => string,
  ): Promise<void> {
    const [ours, theirs] = await both(front, behind);
    const line = [...front, 'config', ...behind].join(' ');
    expect({ line, stdout: tidy(ours.stdout), exitCode: ours.exitCode }, ours.stderr).toEqual({
      line,
      stdout: tidy(theirs.stdout),
      exitCode: theirs.exitCode,
    });
  }

  it('for lists of names', async () => {
    for (const flags of names) await expectSame([], flags, sortedLines);
  });

  it('for the model', async () => {
    for (const flags of models) await expectSame([], flags, comparable);
    for (const front of globals) await expectSame(front, [], comparable);
  });

  // Where several places give a default, docker compose takes any of them.
  it.skipIf(fixture === 'interpolate/forms')('for variables', async () => {
    for (const flags of questions) await expectSame([], flags, (text) => text);
  });
});

type Answer = Pick<CommandResult, 'stdout' | 'stderr' | 'exitCode'>;

async function runHere(
  words: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Answer> {
  const environment = Object.fromEntries(
    Object.entries(commandEnvironment(env)).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const { io, stdout, stderr } = fakeIo(words, { cwd, environment });
  const exitCode = await main(io, commands);
  return { stdout: stdout(), stderr: stderr(), exitCode };
}

interface Case {
  readonly args?: readonly string[];
  readonly services?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function caseOf(fixture: string): Case {
  const path = join(repository, 'fixtures/compose', fixture, 'case.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** docker compose lists in another order each time. */
function sortedLines(text: string): string {
  return text.split('\n').sort().join('\n');
}

/**
 * docker compose 5 leaves the default of bind mounts away in JSON, the 2.40 that we compare with does not. In JSON
 * that has its variables an empty list is null to docker compose.
 */
function comparable(text: string): string {
  return text
    .replaceAll(/"bind": \{\s*"create_host_path": true\s*\}/g, '"bind": {}')
    .replaceAll('": []', '": null');
}
