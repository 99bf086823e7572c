import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { collect } from '../lab.ts';
import { programs } from '../programs.ts';

const bulk = 8 * 1024 * 1024;

export function describeOutput({ lab }: Contract): void {
  describe('attaching', () => {
    test('before the start loses no byte, and keeps the two streams apart', async () => {
      const { driver, create } = lab();
      const id = await create(programs.say, { args: ['to stdout', 'to stderr'] });
      const output = await driver.attach(id);
      await driver.startContainer(id);
      expect(await collect(output)).toEqual({ stdout: 'to stdout\n', stderr: 'to stderr\n' });
    });

    test('a terminal has only one stream, with carriage returns', async () => {
      const { driver, create } = lab();
      const id = await create(programs.say, { args: ['one', 'two'], tty: true });
      const output = await driver.attach(id);
      await driver.startContainer(id);
      expect(await collect(output)).toEqual({ stdout: 'one\r\ntwo\r\n', stderr: '' });
      expect((await lab().details(id)).tty).toBe(true);
    });

    test('bytes come as they are', async () => {
      const { driver, create } = lab();
      const id = await create(programs.binary);
      const output = await driver.attach(id);
      await driver.startContainer(id);
      const parts: Uint8Array[] = [];
      for await (const { data } of output) parts.push(data);
      expect([...Buffer.concat(parts)]).toEqual([0, 1, 10, 13, 27, 127, 128, 195, 255]);
    });

    test('a character in two pieces comes whole when the pieces are joined', async () => {
      const { driver, create } = lab();
      const id = await create(programs.torn);
      const output = await driver.attach(id);
      await driver.startContainer(id);
      expect((await collect(output)).stdout).toBe('€');
    });

    test('a reader that takes its time gets all of a big output', async () => {
      const { driver, create, untilEnded } = lab();
      const id = await create(programs.bulk, { args: [String(bulk)] });
      const output = await driver.attach(id);
      await driver.startContainer(id);
      let total = 0;
      for await (const { data } of output) {
        total += data.length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(total).toBe(bulk);
      expect((await untilEnded(id)).exitCode).toBe(0);
    });

    test('two readers both hear everything', async () => {
      const { driver, create } = lab();
      const id = await create(programs.lines, { args: ['100'] });
      const outputs = [await driver.attach(id), await driver.attach(id)];
      await driver.startContainer(id);
      const [first, second] = await Promise.all(outputs.map(collect));
      expect(first?.stdout.split('\n')).toHaveLength(101);
      expect(second).toEqual(first);
    });

    test('tells only what comes, not what was', async () => {
      const { driver, start } = lab();
      const id = await start(programs.gated);
      for await (const { data } of driver.logs(id, { follow: true })) {
        if (Buffer.from(data).includes('before')) break;
      }
      const output = await driver.attach(id);
      await driver.putFiles(id, [{ path: '/go', content: '', mode: 0o644, uid: 0, gid: 0 }]);
      expect((await collect(output)).stdout).toBe('after\n');
    });

    test('a reader that leaves early disturbs nobody', async () => {
      const { driver, create, untilEnded } = lab();
      const id = await create(programs.lines, { args: ['1000'] });
      const leaving = await driver.attach(id);
      await driver.startContainer(id);
      for await (const _ of leaving) break;
      expect((await untilEnded(id)).exitCode).toBe(0);
    });

    test('what is not there is refused', async () => {
      const attaching = lab().driver.attach('no-such-container' as never);
      await expect(attaching).rejects.toMatchObject({ code: 'engine.request' });
    });
  });
}
