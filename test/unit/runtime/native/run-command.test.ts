import { expect, test } from 'vitest';
import { type Libc, loadLibc } from '../../../../src/runtime/native/system/libc.ts';
import { commandRunner } from '../../../../src/runtime/native/system/run-command.ts';

const libc = await loadLibc();
const { spawn: _, ...withoutSpawn } = libc;
const environment = { PATH: process.env['PATH'], GREETING: 'hello' };

test.each<[string, Libc]>([
  ['by system calls', libc],
  ['by Node, where the C library lacks them', withoutSpawn],
])('commands %s: input and output, exit codes, signals, absence', async (_way, way) => {
  const run = commandRunner(way, environment);
  const long = 'rule\n'.repeat(100_000);
  await expect(run(['cat'], long), 'more than a pipe holds').resolves.toEqual({
    stdout: long,
    stderr: '',
    exitCode: 0,
  });
  await expect(run(['sh', '-c', 'echo "$GREETING $HOME"; echo bad >&2; exit 3'])).resolves.toEqual({
    stdout: 'hello \n',
    stderr: 'bad\n',
    exitCode: 3,
  });
  await expect(run(['sh', '-c', 'kill -9 $$'])).resolves.toEqual({ stdout: '', stderr: '' });
  await expect(run(['flotilla-has-no-such-program'])).rejects.toMatchObject({ code: 'ENOENT' });
});
