import { describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../src/core/ids.ts';
import type { LogOptions } from '../../../src/runtime/index.ts';
import type { Contract } from '../driver-contract.ts';
import { collect } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeLogs({ lab }: Contract): void {
  const read = (id: ContainerId, options: Partial<LogOptions> = {}) =>
    collect(lab().driver.logs(id, { follow: false, ...options }));

  describe('logs', () => {
    test('keep what an ended container said, on both streams', async () => {
      const { id } = await lab().run(programs.say, { args: ['out', 'err'] });
      expect(await read(id)).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    });

    test('of a container that never ran are empty, followed or not', async () => {
      const id = await lab().create(programs.idle);
      expect(await read(id)).toEqual({ stdout: '', stderr: '' });
    });

    test('of a terminal are one stream', async () => {
      const { id } = await lab().run(programs.say, { args: ['out', 'err'], tty: true });
      expect(await read(id)).toEqual({ stdout: 'out\r\nerr\r\n', stderr: '' });
    });

    test('can be limited to the last lines', async () => {
      const { id } = await lab().run(programs.lines, { args: ['50'] });
      expect((await read(id, { tail: 2 })).stdout).toBe('line 49\nline 50\n');
      expect((await read(id, { tail: 0 })).stdout).toBe('');
      expect((await read(id, { tail: 1000 })).stdout.split('\n')).toHaveLength(51);
    });

    test('of long and unfinished lines are whole', async () => {
      const { id } = await lab().run(programs.bulk, { args: ['100000'] });
      expect((await read(id)).stdout.replace(/\n$/, '')).toBe('x'.repeat(100_000));
      const torn = await lab().run(programs.torn);
      expect((await read(torn.id)).stdout).toBe('€');
    });

    test('hold the output of every run', async () => {
      const { driver, run, untilEnded } = lab();
      const { id } = await run(programs.flaky, { args: ['9'] });
      await driver.startContainer(id);
      await untilEnded(id);
      expect((await read(id)).stdout).toBe('run 1\nrun 2\n');
    });

    test('with timestamps each chunk begins a line and carries its time', async () => {
      const { driver, run } = lab();
      const { id } = await run(programs.lines, { args: ['3'] });
      const texts: string[] = [];
      const times: string[] = [];
      for await (const { data, time } of driver.logs(id, { follow: false, timestamps: true })) {
        texts.push(Buffer.from(data).toString());
        times.push(time ?? 'none');
      }
      expect(texts).toEqual(['line 1\n', 'line 2\n', 'line 3\n']);
      for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect([...times].sort()).toEqual(times);
    });

    test('since and until choose by time, in each way of writing it', async () => {
      const { driver, run } = lab();
      const { id } = await run(programs.lines, { args: ['2'] });
      const times: string[] = [];
      for await (const { time } of driver.logs(id, { follow: false, timestamps: true }))
        times.push(time ?? '');
      // Not the container's start: an engine may note that after the first words.
      const [first = ''] = times;
      const unixSeconds = Math.floor(Date.parse(first) / 1000);
      for (const since of [first, String(unixSeconds), '10m']) {
        expect([since, (await read(id, { since })).stdout]).toEqual([since, 'line 1\nline 2\n']);
      }
      expect((await read(id, { since: String(unixSeconds + 3600) })).stdout).toBe('');
      expect((await read(id, { until: String(unixSeconds - 3600) })).stdout).toBe('');
      expect((await read(id, { since: times[1] ?? '' })).stdout).toBe('line 2\n');
    });

    test('a moment that is none is refused', async () => {
      const { id } = await lab().run(programs.exit, { args: ['0'] });
      await expect(read(id, { since: 'yesterday' })).rejects.toMatchObject({ code: 'cli.usage' });
    });

    test('followed, tell past and future without a gap and end with the run', async () => {
      const { driver, start } = lab();
      const id = await start(programs.gated);
      let text = '';
      for await (const { data } of driver.logs(id, { follow: true })) {
        text += Buffer.from(data).toString();
        if (text === 'before\n') {
          await driver.putFiles(id, [{ path: '/go', content: '', mode: 0o644, uid: 0, gid: 0 }]);
        }
      }
      expect(text).toBe('before\nafter\n');
    });

    test('of what is not there are refused', async () => {
      await expect(read('no-such-container' as ContainerId)).rejects.toMatchObject({
        code: 'engine.request',
      });
    });
  });
}
