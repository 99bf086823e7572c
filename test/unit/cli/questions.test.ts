import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askOnTerminal } from '../../../src/cli/questions.ts';
import { fakeIo } from '../../support/fake-io.ts';

const question = { id: 'volume.recreate:data', message: 'Recreate (data will be lost)?' };

describe('a question on the terminal', () => {
  it('is answered by a line, and no is what an empty line means', async () => {
    expect(await asked('y\n')).toBe(true);
    expect(await asked('YES\n')).toBe(true);
    expect(await asked('\n')).toBe(false);
    expect(await asked('yesterday\n')).toBe(false);
  });

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
  ])('ends the command with %s', async (_name, key) => {
    await expect(asked(key)).rejects.toMatchObject({ code: 'run.cancelled', exitCode: 130 });
  });

  it('is not asked where nobody could answer', () => {
    expect(askOnTerminal(fakeIo(['up']).io)).toBeUndefined();
  });
});

function asked(keys: string): Promise<boolean> | undefined {
  const { io } = fakeIo(['up'], { isTTY: true });
  const stdin = new PassThrough();
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  terminal.resume();
  const ask = askOnTerminal({
    ...io,
    stdin: { ...io.stdin, isTTY: true, stream: () => stdin as never },
    stderr: { ...io.stderr, isTTY: true, stream: () => terminal as never },
  });
  stdin.write(keys);
  return ask?.(question);
}
