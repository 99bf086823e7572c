import {
  chmodSync,
  mkdirSync,
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
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeOutput } from '../../../../src/cli/output/write-file.ts';

/** Modes of temporary files between their first and their last moment. */
const modes = vi.hoisted((): number[] => []);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const writeFile: typeof real.writeFile = async (path, ...rest) => {
    await real.writeFile(path, ...rest);
    modes.push((await real.stat(String(path))).mode & 0o777);
  };
  return { ...real, writeFile };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(name: string): Promise<unknown> {
  return writeOutput(folder, name, 'text').then(
    () => 'written',
    ({ code, message, hint }) => ({
      code,
      message: message.replaceAll(folder, 'FOLDER'),
      hint: hint.replaceAll(folder, 'FOLDER'),
    }),
  );
}

describe('config --output', () => {
  it('replaces the file as a whole, keeps its mode, and leaves nothing else behind', async () => {
    const path = join(folder, 'model.yaml');
    writeFileSync(path, 'a longer text than the new one\n');
    chmodSync(path, 0o640);
    const before = statSync(path).ino;
    await writeOutput(folder, 'model.yaml', 'new\n');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(before);
    expect(readdirSync(folder)).toEqual(['model.yaml']);
  });

  it('is never readable for more people than the file was', async () => {
    const path = join(folder, 'model.yaml');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    modes.length = 0;
    await writeOutput(folder, 'model.yaml', 'secret');
    expect(modes).toEqual([0o600]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('writes behind a symbolic link, and to what is no ordinary file', async () => {
    writeFileSync(join(folder, 'real.yaml'), 'old');
    symlinkSync('real.yaml', join(folder, 'link.yaml'));
    await writeOutput(folder, 'link.yaml', 'new');
    expect(readFileSync(join(folder, 'real.yaml'), 'utf8')).toBe('new');
    await writeOutput(folder, '/dev/null', 'new');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says what is missing, and writes nothing', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    expect(await refusal('none/model.yaml')).toEqual({
      code: 'cli.output',
      message: 'cannot write "FOLDER/none/model.yaml": no such file or directory',
      hint: 'Create the folder "FOLDER/none" first, or name another file.',
    });
    expect(await refusal('sub')).toEqual({
      code: 'cli.output',
      message: 'cannot write "FOLDER/sub": is a directory',
      hint: 'Name a file in it.',
    });
    expect(await refusal('file/model.yaml')).toMatchObject({
      message: 'cannot write "FOLDER/file/model.yaml": not a directory',
    });
    expect(readdirSync(folder).sort()).toEqual(['file', 'sub']);
  });
});
