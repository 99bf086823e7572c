import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { collect } from '../lab.ts';
import { programs } from '../programs.ts';

const once = { stdinOpen: true, stdinOnce: true };

export function describeInput({ lab }: Contract): void {
  describe('attaching with input', () => {
    test('before the start loses nothing, and its end is heard while output still comes', async () => {
      const { driver, create, untilEnded } = lab();
      const id = await create(programs.count, once);
      const session = await driver.attachInput(id);
      await driver.startContainer(id);
      await session.write(Buffer.from('four'));
      await session.write(Buffer.from('fifty'));
      session.end();
      expect((await collect(session.output)).stdout.trim()).toBe('9');
      expect((await untilEnded(id)).exitCode).toBe(0);
    });

    test('a conversation goes back and forth', async () => {
      const { driver, create } = lab();
      const id = await create(programs.echo, once);
      const session = await driver.attachInput(id);
      await driver.startContainer(id);
      const output = session.output[Symbol.asyncIterator]();
      for (const word of ['first\n', 'second\n']) {
        await session.write(Buffer.from(word));
        const { value } = await output.next();
        expect(Buffer.from(value.data).toString()).toBe(word);
      }
      session.end();
      expect((await output.next()).done).toBe(true);
    });

    test('both streams are told apart', async () => {
      const { driver, create } = lab();
      const id = await create(programs.say, { ...once, args: ['out', 'err'] });
      const session = await driver.attachInput(id);
      await driver.startContainer(id);
      expect(await collect(session.output)).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    });

    test('big input and output are not cut', async () => {
      const { driver, create } = lab();
      const id = await create(programs.echo, once);
      const session = await driver.attachInput(id);
      await driver.startContainer(id);
      const sent = randomBytes(4 * 1024 * 1024);
      const block = 64 * 1024;
      const writing = (async () => {
        let last: Promise<void> | undefined;
        for (let at = 0; at < sent.length; at += block) {
          await last;
          last = session.write(sent.subarray(at, at + block));
        }
        // The end comes behind what is on its way.
        session.end();
        await last;
      })();
      const received: Uint8Array[] = [];
      for await (const { data } of session.output) received.push(data);
      await writing;
      expect(Buffer.concat(received).equals(sent)).toBe(true);
    });

    test('a terminal takes input, and hears of its size', async () => {
      const { driver, create } = lab();
      const id = await create(programs.resized, { ...once, tty: true });
      const session = await driver.attachInput(id);
      await driver.startContainer(id);
      let text = '';
      for await (const { stream, data } of session.output) {
        expect(stream).toBe('stdout');
        text += Buffer.from(data).toString();
        if (text === 'ready\r\n') await session.resize({ columns: 120, rows: 40 });
      }
      expect(text).toBe('ready\r\n40 120\r\n');
    });

    test('a terminal outlives the sessions on it: whoever comes back is heard', async () => {
      const { driver, start } = lab();
      const id = await start(programs.echo, { ...once, tty: true });
      for (const word of ['one', 'two', 'three']) {
        const left = new AbortController();
        const session = await driver.attachInput(id, left.signal);
        await session.write(Buffer.from(`${word}\n`));
        const output = session.output[Symbol.asyncIterator]();
        let text = '';
        while (!text.includes(word)) text += Buffer.from((await output.next()).value.data).toString();
        if (word === 'two') session.end();
        left.abort(new Error('left'));
        const untilLeft = async () => {
          while ((await output.next()).done !== true);
        };
        await expect(untilLeft()).rejects.toThrow('left');
      }
    });

    test('one who leaves leaves the container running, and another may come', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.echo, { stdinOpen: true });
      for (const word of ['one\n', 'two\n']) {
        const left = new AbortController();
        const session = await driver.attachInput(id, left.signal);
        const output = session.output[Symbol.asyncIterator]();
        await session.write(Buffer.from(word));
        expect(Buffer.from((await output.next()).value.data).toString()).toBe(word);
        left.abort(new Error('left'));
        await expect(output.next()).rejects.toThrow('left');
      }
      expect((await details(id)).state).toBe('running');
    });
  });

  test('a container that is to be removed at its end is gone by itself, whoever looks on', async () => {
    const { driver, create, snapshot, project } = lab();
    const id = await create(programs.exit, { args: ['3'], autoRemove: true });
    const over = new AbortController();
    const events = await driver.events({ project }, over.signal);
    await driver.startContainer(id);
    const seen: unknown[] = [];
    for await (const { action, exitCode } of events) {
      if (action === 'die') seen.push(exitCode);
      if (action === 'destroy') break;
    }
    over.abort();
    expect(seen).toEqual([3]);
    expect((await snapshot()).containers).toEqual([]);
  });
}
