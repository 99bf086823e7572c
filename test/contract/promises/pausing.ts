import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { untilSaid } from '../lab.ts';
import { programs } from '../programs.ts';

export function describePausing({ lab }: Contract): void {
  describe('pausing', () => {
    test('a paused container is held still until it may go on; either can be said twice', async () => {
      const { driver, start, details, observe, untilEnded } = lab();
      const id = await start(programs.obedient);
      await untilSaid(await driver.logs(id, { follow: true }), 'ready');
      await driver.pauseContainer(id);
      await driver.pauseContainer(id);
      expect(await details(id)).toMatchObject({ state: 'paused' });
      expect((await observe(id)).state).toBe('paused');
      await driver.unpauseContainer(id);
      await driver.unpauseContainer(id);
      expect(await details(id)).toMatchObject({ state: 'running' });
      await driver.killContainer(id, 'SIGTERM');
      expect(await untilEnded(id)).toMatchObject({ exitCode: 0 });
    });

    test('both are told by events', async () => {
      const { driver, project, start } = lab();
      const id = await start(programs.idle);
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      await driver.pauseContainer(id);
      await driver.unpauseContainer(id);
      const seen: string[] = [];
      for await (const { action } of events) {
        // The start may be told late.
        if (action !== 'start') seen.push(action);
        if (action === 'unpause') break;
      }
      stop.abort();
      expect(seen).toEqual(['pause', 'unpause']);
    });

    test('a paused container can be stopped, started and removed', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.obedient);
      await driver.pauseContainer(id);
      await driver.startContainer(id);
      expect(await details(id)).toMatchObject({ state: 'running' });
      await driver.pauseContainer(id);
      await driver.stopContainer(id, { timeoutSeconds: 1 });
      expect(await details(id)).toMatchObject({ state: 'exited' });
      const other = await start(programs.idle);
      await driver.pauseContainer(other);
      await driver.removeContainer(other, { force: true, volumes: false });
      expect(await driver.inspectContainer(other)).toBeUndefined();
    });

    test('one that does not run cannot be paused, and needs not be unpaused', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await expect(driver.pauseContainer(id)).rejects.toMatchObject({ code: 'engine.conflict' });
      await driver.unpauseContainer(id);
      await expect(driver.pauseContainer('no-such-container' as never)).rejects.toThrow('no-such-con');
    });
  });
}
