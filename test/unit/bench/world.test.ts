import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { checkProgram } from '../../../bench/worlds/world.mjs';

describe('what a bench believes about a container', () => {
  const children: ChildProcess[] = [];
  const start = async (file: string, args: readonly string[]) => {
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    await once(child, 'spawn');
    return { pid: child.pid ?? 0, child };
  };
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('is told by its process only when that has become the program', async () => {
    const { pid, child } = await start('sh', ['-c', 'read -r go; exec sleep 60']);
    const checked = checkProgram('web', pid, 'sleep', 20_000);
    child.stdin?.end('go\n');
    await checked;
  });

  it('is wrong of a process that stays another program', async () => {
    const { pid } = await start('sh', ['-c', 'read -r go; exec sleep 60']);
    await expect(checkProgram('web', pid, 'sleep', 10)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[WrongResult: web does not run: sh -c read -r go; exec sleep 60 ]`,
    );
  });

  it('is wrong at once of a process that is gone', async () => {
    const { pid, child } = await start('true', []);
    if (child.exitCode === null) await once(child, 'exit');
    await expect(checkProgram('web', pid, 'sleep', 60_000)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[WrongResult: web does not run: no process]`,
    );
  });
});
