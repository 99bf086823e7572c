import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { converse } from '../../../src/cli/conversation.ts';
import { usualDetachKeys } from '../../../src/cli/detach-keys.ts';
import type { Io, Output } from '../../../src/cli/io.ts';
import type { InputSession, OutputChunk } from '../../../src/runtime/index.ts';

function scene(isTTY: boolean) {
  const stdin = new PassThrough();
  const events: string[] = [];
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const output: Output = { isTTY, columns: 80, rows: 24, write() {}, stream: () => new PassThrough() };
  const io: Pick<Io, 'stdin' | 'stdout' | 'stderr'> = {
    stdin: { isTTY, readText: () => Promise.resolve(''), stream: () => stdin },
    stdout: output,
    stderr: output,
  };
  const session: InputSession = {
    output: (async function* (): AsyncGenerator<OutputChunk> {
      await finished;
      yield { stream: 'stdout', data: Buffer.from('bye') };
    })(),
    write: async (data) => void events.push(`write ${Buffer.from(data).toString()}`),
    end: () => void events.push('end'),
    resize: async () => {},
  };
  return { stdin, io, session, events, finish };
}

it('leaves when its terminal is closed: nobody is there any more', async () => {
  const { stdin, io, session } = scene(true);
  const talk = converse(io, session, { input: true, detachKeys: usualDetachKeys });
  stdin.end();
  expect(await talk).toBe('left');
  expect(stdin.eventNames()).not.toContain('data');
});

it('leaves when its terminal cannot be read any more', async () => {
  const { stdin, io, session } = scene(true);
  const talk = converse(io, session, { input: true, detachKeys: usualDetachKeys });
  stdin.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }));
  expect(await talk).toBe('left');
});

it('tells the program that a pipe has ended, and hears it out', async () => {
  const { stdin, io, session, events, finish } = scene(false);
  const talk = converse(io, session, { input: true, detachKeys: usualDetachKeys });
  stdin.end('last words');
  await expect.poll(() => events).toContain('end');
  finish();
  expect(await talk).toBe('ended');
  expect(events[0]).toBe('write last words');
});
