import { describe, expect, it } from 'vitest';
import { openCommand, runCommand } from '../../../src/runtime/process.ts';

const environment = process.env;

describe('running a command', () => {
  it('gives its output and its exit code, whatever it is', async () => {
    const command = ['sh', '-c', 'cat; echo oops >&2; exit 3'] as const;
    expect(await runCommand(command, { environment, input: 'hello\n' })).toEqual({
      exitCode: 3,
      stdout: 'hello',
      stderr: 'oops',
    });
  });

  it('gives it the environment it is told, and no other', async () => {
    const { stdout } = await runCommand(['/bin/sh', '-c', 'echo $A$HOME'], { environment: { A: 'only' } });
    expect(stdout).toBe('only');
  });

  it("rejects with the system's error when it cannot be started", async () => {
    await expect(runCommand(['/no/such/command'], { environment })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(openCommand(['/no/such/command'], { environment })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('ends it when aborted, with the reason of the abort', async () => {
    const stop = new AbortController();
    const running = runCommand(['sleep', '100'], { environment }, stop.signal);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('talking to a command', () => {
  it('is one stream in both directions', async () => {
    const stream = await openCommand(['cat'], { environment });
    stream.end('there and back');
    let said = '';
    for await (const chunk of stream) said += chunk;
    expect(said).toBe('there and back');
  });

  it('fails with what a failing command wrote to standard error', async () => {
    const stream = await openCommand(['sh', '-c', 'echo no route >&2; exit 255'], { environment });
    await expect(stream.toArray()).rejects.toThrow('no route');
    const silent = await openCommand(['sh', '-c', 'exit 9'], { environment });
    await expect(silent.toArray()).rejects.toThrow('sh ended with exit code 9');
  });

  it('kills the command when it is destroyed', async () => {
    const stream = await openCommand(['sh', '-c', 'echo $$; exec sleep 100'], { environment });
    const pid = await new Promise<number>((resolve) => stream.once('data', (line) => resolve(Number(line))));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy();
    await closed;
    const alive = () => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    await expect.poll(alive).toBe(false);
  });
});
