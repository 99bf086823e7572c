import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { version } from '../../src/core/version.ts';
import { runCommand } from '../support/command.ts';

let folder: string;
let program: string;
let cache: string;

/** The built program without the code cache that it is shipped with. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-launcher-'));
  cpSync('dist/flotilla.cjs', join(folder, 'flotilla.cjs'));
  cpSync('dist/cli', join(folder, 'cli'), { recursive: true });
  program = join(folder, 'flotilla.cjs');
  cache = join(folder, 'code');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The launcher answers `version` alone by itself. */
const greeting = `${version}\n`;

async function run(words: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  const result = await runCommand([...words], { cwd: folder, env: { FLOTILLA_CODE_CACHE: cache, ...env } });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

const works = { exitCode: 0, stdout: greeting, stderr: '' };

function packFile(): string {
  const [key = ''] = readdirSync(cache);
  return join(cache, key, 'version');
}

describe('the code cache', () => {
  test('is made by the first run, for its owner alone, and left alone by the next', async () => {
    expect(await run([program, 'version', '--short'])).toEqual(works);
    const { mode, ino } = statSync(packFile());
    expect(mode & 0o777).toBe(0o600);
    expect(readdirSync(join(packFile(), '..'))).toEqual(['version']);
    expect(await run([program, 'version', '--short'])).toEqual(works);
    expect(statSync(packFile()).ino).toBe(ino);
  });

  test('is not made by a command that failed', async () => {
    expect(await run([program, 'version', '--nonsense'])).toMatchObject({ exitCode: 1 });
    expect(() => statSync(cache)).toThrow('ENOENT');
  });

  test.each([
    ['cut short', (pack: Buffer) => pack.subarray(0, 100)],
    ['empty', () => Buffer.alloc(0)],
    ['made by another V8', (pack: Buffer) => corrupted(pack)],
  ])('is made anew when it is %s', async (_, damage) => {
    await run([program, 'version', '--short']);
    writeFileSync(packFile(), damage(readFileSync(packFile())));
    const { ino } = statSync(packFile());
    expect(await run([program, 'version', '--short'])).toEqual(works);
    expect(statSync(packFile()).ino).not.toBe(ino);
    expect(await run([program, 'version', '--short'])).toEqual(works);
  });

  test('is not taken from a file that others can write', async () => {
    await run([program, 'version', '--short']);
    chmodSync(packFile(), 0o666);
    expect(await run([program, 'version', '--short'])).toEqual(works);
    expect(statSync(packFile()).mode & 0o777).toBe(0o600);
  });

  test('is not made with special flags, which the next run would not have', async () => {
    expect(await run([program, 'version', '--short'], { NODE_OPTIONS: '--max-old-space-size=500' })).toEqual(
      works,
    );
    expect(await run([process.execPath, '--no-opt', program, 'version', '--short'])).toEqual(works);
    expect(() => statSync(cache)).toThrow('ENOENT');
  });

  test('does without a folder that it can write', async () => {
    writeFileSync(cache, 'in the way');
    expect(await run([program, 'version', '--short'])).toEqual(works);
    expect(await run([program, 'version', '--short'], { FLOTILLA_CODE_CACHE: '', HOME: folder })).toEqual(
      works,
    );
    expect(readdirSync(folder).sort()).toEqual(['cli', 'code', 'flotilla.cjs']);
  });

  test('lies in the cache folder of the user unless told otherwise', async () => {
    await run([program, 'version', '--short'], { FLOTILLA_CODE_CACHE: undefined, HOME: folder });
    expect(readdirSync(join(folder, '.cache/flotilla/code'))).toHaveLength(1);
    await run([program, 'version', '--short'], {
      FLOTILLA_CODE_CACHE: undefined,
      XDG_CACHE_HOME: join(folder, 'xdg'),
    });
    expect(readdirSync(join(folder, 'xdg/flotilla/code'))).toHaveLength(1);
  });
});

test('the shipped code cache is complete for the commands that it was made for', async () => {
  for (const words of [['version', '--short'], ['--help']]) {
    await runCommand(['dist/flotilla.cjs', ...words], { env: { FLOTILLA_CODE_CACHE: cache } });
  }
  expect(() => statSync(cache)).toThrow('ENOENT');
});

test('`version` is told without any code but the launcher, unless it cannot be written', async () => {
  rmSync(join(folder, 'cli'), { recursive: true });
  expect(await run([program, 'version'])).toEqual({ ...works, stdout: `Flotilla version v${version}\n` });
  expect(() => statSync(cache)).toThrow('ENOENT');
  expect(await runCommand(['sh', '-c', 'dist/flotilla.cjs version > /dev/full'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('error: cannot write the output: ENOSPC'),
  });
});

test('the program runs by a link, as package managers install it', async () => {
  symlinkSync(program, join(folder, 'flotilla'));
  expect(await run([join(folder, 'flotilla'), 'version', '--short'])).toEqual(works);
});

test('a Node that is too old is told so', async () => {
  const pretend = join(folder, 'old.cjs');
  writeFileSync(pretend, "Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } });");
  expect(await run([process.execPath, '-r', pretend, program, 'version', '--short'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'error: Flotilla needs Node 20.19 or newer; this is Node 20.18.3\nhint: "node --version" tells which one the PATH finds\n',
  });
});

test('output that nobody reads any more ends the program quietly', async () => {
  expect(await run(['bash', '-c', '{ "$0" --help; echo $? >&2; } | true', program])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringMatching(/^(141|0)\n$/),
  });
});

/** Flips the first bytes of every piece, where V8 keeps its version and flags. */
function corrupted(pack: Buffer): Buffer {
  const start = (4 + pack.readUInt32LE() + 7) & ~7;
  const index = JSON.parse(pack.toString('latin1', 4, 4 + pack.readUInt32LE())) as Record<
    string,
    [number, number]
  >;
  for (const [offset] of Object.values(index)) pack.fill(0xa5, start + offset, start + offset + 16);
  return pack;
}
