import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { collect, untilSaid } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeStopping({ lab }: Contract): void {
  describe('stopping and killing', () => {
    test('a container that hears the stop signal ends by itself', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.obedient);
      await untilSaid(await driver.logs(id, { follow: true }), 'ready');
      await driver.stopContainer(id, { timeoutSeconds: 30 });
      expect(await details(id)).toMatchObject({ state: 'exited', exitCode: 0 });
    });

    test('one that does not is killed after the grace period that is given', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.stubborn);
      await driver.stopContainer(id, { timeoutSeconds: 1 });
      expect(await details(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    test('without one its own grace period counts', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.stubborn, { stopTimeoutSeconds: 1 });
      await driver.stopContainer(id, {});
      expect(await details(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    test('its own stop signal is the one that is sent', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.listener, { stopSignal: 'SIGUSR1' });
      await untilSaid(await driver.logs(id, { follow: true }), 'ready');
      await driver.stopContainer(id, { timeoutSeconds: 30 });
      expect(await details(id)).toMatchObject({ state: 'exited', exitCode: 40 });
    });

    test('stopping what does not run, never ran or is gone succeeds', async () => {
      const { driver, create, run } = lab();
      await driver.stopContainer(await create(programs.idle), {});
      await driver.stopContainer((await run(programs.exit, { args: ['0'] })).id, {});
      await driver.stopContainer('no-such-container' as never, {});
    });

    test('a restart policy does not bring a stopped one back', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.idle, { restart: { name: 'always' } });
      await driver.stopContainer(id, {});
      expect(await details(id)).toMatchObject({ state: 'exited', restartCount: 0 });
    });

    test('a signal by name reaches the process', async () => {
      const { driver, create, untilEnded } = lab();
      const id = await create(programs.listener);
      const output = await driver.attach(id);
      await driver.startContainer(id);
      await untilSaid(await driver.logs(id, { follow: true }), 'ready');
      await driver.killContainer(id, 'SIGUSR1');
      expect((await collect(output)).stdout).toBe('ready\nusr1\n');
      expect((await untilEnded(id)).exitCode).toBe(40);
    });

    test('SIGKILL ends it with 137, and has ended it when the call resolves', async () => {
      const { driver, start, details } = lab();
      const id = await start(programs.stubborn);
      await driver.killContainer(id, 'SIGKILL');
      expect(await details(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    test('killing what does not run succeeds', async () => {
      const { driver, create } = lab();
      await driver.killContainer(await create(programs.idle), 'SIGTERM');
      await driver.killContainer('no-such-container' as never, 'SIGKILL');
    });
  });
}

/** Only a process that has said so has its trap in place. */
