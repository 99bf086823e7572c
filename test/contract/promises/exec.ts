import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { collect, execSpec } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeExec({ lab }: Contract): void {
  describe('executing commands', () => {
    test('tells both streams apart, and the exit code', async () => {
      const { start, exec } = lab();
      const id = await start(programs.idle);
      expect(await exec(id, programs.say, 'out', 'err')).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        exitCode: 0,
      });
      expect((await exec(id, programs.exit, '42')).exitCode).toBe(42);
    });

    test('the command sees its own environment, folder and user', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle, { hostname: 'box' });
      const more = { environment: ['GREETING=hi'], workingDir: '/tmp', user: '99' };
      const session = await driver.exec(id, execSpec(programs.describe, [], more));
      expect((await collect(session.output)).stdout).toBe('hi /tmp 99 box\n');
      expect(await session.exitCode()).toBe(0);
    });

    test('input reaches it, and its end is heard while output still comes', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const session = await driver.exec(id, execSpec(programs.count, [], { stdin: true }));
      await session.write(Buffer.from('four'));
      await session.write(Buffer.from('fifty'));
      session.end();
      expect((await collect(session.output)).stdout.trim()).toBe('9');
      expect(await session.exitCode()).toBe(0);
    });

    test('a conversation goes back and forth', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const session = await driver.exec(id, execSpec(programs.echo, [], { stdin: true }));
      const output = session.output[Symbol.asyncIterator]();
      for (const word of ['first\n', 'second\n']) {
        await session.write(Buffer.from(word));
        const { value } = await output.next();
        expect(Buffer.from(value.data).toString()).toBe(word);
      }
      session.end();
      expect((await output.next()).done).toBe(true);
      expect(await session.exitCode()).toBe(0);
    });

    test('big input and output are not cut', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const session = await driver.exec(id, execSpec(programs.echo, [], { stdin: true }));
      const sent = 4 * 1024 * 1024;
      const writing = (async () => {
        const block = Buffer.alloc(64 * 1024, 'y');
        for (let left = sent; left > 0; left -= block.length) await session.write(block);
        session.end();
      })();
      let received = 0;
      for await (const { data } of session.output) received += data.length;
      await writing;
      expect(received).toBe(sent);
    });

    test('without input the command hears the end at once', async () => {
      const { start, exec } = lab();
      expect((await exec(await start(programs.idle), programs.count)).stdout.trim()).toBe('0');
    });

    test('a terminal has the size it is given, and hears of a new one', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const more = { tty: true, stdin: true, size: { columns: 100, rows: 30 } };
      const session = await driver.exec(id, execSpec(programs.size, [], more));
      let text = '';
      for await (const { stream, data } of session.output) {
        expect(stream).toBe('stdout');
        text += Buffer.from(data).toString();
        if (text === '30 100\r\n') await session.resize({ columns: 120, rows: 40 });
      }
      expect(text).toBe('30 100\r\n40 120\r\n');
      expect(await session.exitCode()).toBe(0);
    });

    test('a detached command runs by itself', async () => {
      const { driver, start, untilEnded } = lab();
      const id = await start(programs.gated);
      await driver.exec(id, execSpec(programs.write, ['/go', ''], { detach: true }));
      expect((await untilEnded(id)).exitCode).toBe(0);
    });

    test('in a container that does not run it is a conflict', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await expect(driver.exec(id, execSpec(programs.exit, ['0']))).rejects.toMatchObject({
        code: 'engine.conflict',
      });
    });

    test('in a container that is not there it is refused', async () => {
      const gone = 'no-such-container' as never;
      await expect(lab().driver.exec(gone, execSpec(programs.exit, ['0']))).rejects.toMatchObject({
        code: 'engine.request',
      });
    });

    test('it ends with its container', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const session = await driver.exec(id, execSpec(programs.stubborn));
      const reading = collect(session.output);
      await driver.killContainer(id, 'SIGKILL');
      await reading;
      expect(await session.exitCode()).not.toBe(0);
    });
  });
}
