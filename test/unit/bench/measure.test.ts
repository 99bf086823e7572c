import { describe, expect, it } from 'vitest';
import { measure } from '../../../bench/measure.mjs';

const surroundings = {
  cwd: '/',
  env: { PATH: '/usr/bin:/bin' },
  timeoutMs: 20_000,
  signal: new AbortController().signal,
};
const shell = (script: string) => ({ file: 'sh', args: ['-c', script] });

describe('measure', () => {
  it('returns what the program printed and how it ended', async () => {
    const measured = await measure(shell('echo out; echo err >&2; exit 3'), surroundings);
    expect(measured).toMatchObject({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
    expect(measured.wallMs).toBeGreaterThan(0);
    expect(measured.peakMb).toBeGreaterThan(0.1);
  });

  it('passes on only the given environment', async () => {
    const { stdout } = await measure({ file: 'env', args: [] }, surroundings);
    expect(stdout).toBe('PATH=/usr/bin:/bin\n');
  });

  it('reports a program that cannot be started like a shell does', async () => {
    expect((await measure({ file: '/does/not/exist', args: [] }, surroundings)).exitCode).toBe(127);
  });

  it('reports a program that a signal ended like a shell does', async () => {
    expect((await measure(shell('kill -9 $$'), surroundings)).exitCode).toBe(137);
  });

  it('ends a program that takes too long, with its children', async () => {
    const slow = measure(shell('sleep 100 & wait'), { ...surroundings, timeoutMs: 200 });
    await expect(slow).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: not done after 0.2 s]`);
  });

  it('rejects with the reason when it is aborted', async () => {
    const controller = new AbortController();
    const running = measure(shell('sleep 100'), { ...surroundings, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
