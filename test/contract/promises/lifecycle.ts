import { describe, expect, test } from 'vitest';
import { serviceName } from '../../../src/core/ids.ts';
import type { Contract } from '../driver-contract.ts';
import { collect, endpoint, inNetworks } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeLifecycle({ lab }: Contract): void {
  describe('the life of a container', () => {
    test('it is created without being started', async () => {
      const id = await lab().create(programs.idle);
      const details = await lab().details(id);
      expect(details).toMatchObject({
        id,
        state: 'created',
        health: 'none',
        restartCount: 0,
        error: '',
        tty: false,
      });
      expect(details.startedAt).toBeUndefined();
      expect(details.finishedAt).toBeUndefined();
    });

    test('it runs from its start on, by id or by name; starting it again succeeds', async () => {
      const { driver, details } = lab();
      const id = await lab().create(programs.idle);
      const { name } = await details(id);
      await driver.startContainer(name as typeof id);
      await driver.startContainer(id);
      expect(await details(id)).toMatchObject({ state: 'running' });
      expect(Date.parse((await details(id)).startedAt ?? '')).not.toBeNaN();
      expect((await driver.inspectContainer(name as typeof id))?.id).toBe(id);
    });

    test.for([0, 1, 3, 127, 255])('its exit code is kept: %i', async (code) => {
      const details = await lab().run(programs.exit, { args: [String(code)] });
      expect(details).toMatchObject({ state: 'exited', exitCode: code, oomKilled: false });
      expect(Date.parse(details.finishedAt ?? '')).not.toBeNaN();
      expect((await lab().observe(details.id)).exitCode).toBe(code);
    });

    test('an exited one can be started again', async () => {
      const { driver, untilEnded } = lab();
      const first = await lab().run(programs.flaky, { args: ['2'] });
      expect(first.exitCode).toBe(1);
      await driver.startContainer(first.id);
      expect((await untilEnded(first.id)).exitCode).toBe(0);
    });

    test('it sees its environment, folder, user and host name', async () => {
      const { driver, create, untilEnded } = lab();
      const id = await create(programs.describe, {
        environment: ['GREETING=hello world=x'],
        workingDir: '/tmp',
        user: '1234',
        hostname: 'box',
      });
      const output = await driver.attach(id);
      await driver.startContainer(id);
      expect((await collect(output)).stdout).toBe('hello world=x /tmp 1234 box\n');
      await untilEnded(id);
    });

    test('one that cannot be executed fails to start, and its details say why', async () => {
      const { driver, create, details } = lab();
      const id = await create(programs.idle, {
        service: serviceName('unstartable'),
        command: ['/no/such/program'],
      });
      await expect(driver.startContainer(id)).rejects.toMatchObject({
        name: expect.stringContaining('Error'),
      });
      expect((await details(id)).error).toContain('/no/such/program');
      expect((await details(id)).state).not.toBe('running');
    });

    test('one whose network does not exist is refused at the latest when it starts', async () => {
      const { driver, spec, snapshot } = lab();
      const wanted = spec(programs.idle, inNetworks(endpoint('no-such-network')));
      const outcome = await driver.createContainer(wanted, {}).then(
        (id) =>
          driver.startContainer(id).then(
            () => 'started',
            () => 'refused at its start',
          ),
        () => 'refused',
      );
      expect(outcome).toContain('refused');
      expect((await snapshot()).containers.every(({ state }) => state === 'created')).toBe(true);
    });

    test('one that is given up half-way leaves nothing behind', async () => {
      const { driver, spec, network, snapshot } = lab();
      const first = await network('first');
      const wanted = spec(programs.idle, inNetworks(endpoint(first), endpoint('no-such-network')));
      const failed = await driver.createContainer(wanted, {}).then(
        () => false,
        () => true,
      );
      expect((await snapshot()).containers).toHaveLength(failed ? 0 : 1);
    });

    test('a missing image is `image.not-found`', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle, { image: 'localhost/no/such:image' });
      await expect(driver.createContainer(wanted, {})).rejects.toMatchObject({ code: 'image.not-found' });
    });

    test('starting what is not there fails', async () => {
      const { driver } = lab();
      await expect(driver.startContainer('no-such-container' as never)).rejects.toMatchObject({
        code: 'engine.request',
        retryable: false,
      });
    });

    test('inspecting what is not there finds nothing', async () => {
      expect(await lab().driver.inspectContainer('no-such-container' as never)).toBeUndefined();
    });

    test('a new name replaces the old one; a taken one is a conflict', async () => {
      const { driver, create, details, name } = lab();
      const id = await create(programs.idle);
      const other = await create(programs.idle);
      const { name: before } = await details(id);
      const after = name('renamed');
      await driver.renameContainer(id, after);
      await driver.renameContainer(id, after);
      expect((await details(id)).name).toBe(after);
      expect(await driver.inspectContainer(before as typeof id)).toBeUndefined();
      await expect(driver.renameContainer(other, after)).rejects.toMatchObject({ code: 'engine.conflict' });
    });
  });

  describe('restart policies', () => {
    test('`on-failure` runs it again until it ends well', async () => {
      const { create, driver, until } = lab();
      const id = await create(programs.flaky, { args: ['3'], restart: { name: 'on-failure' } });
      await driver.startContainer(id);
      const ended = await until(id, ({ state, exitCode }) => state === 'exited' && exitCode === 0);
      expect(ended.restartCount).toBe(2);
    });

    test('`on-failure` gives up after its retries', async () => {
      const { create, driver, until } = lab();
      const restart = { name: 'on-failure', maximumRetries: 1 } as const;
      const id = await create(programs.exit, { args: ['7'], restart });
      await driver.startContainer(id);
      const ended = await until(id, ({ state, restartCount }) => state === 'exited' && restartCount === 1);
      expect(ended.exitCode).toBe(7);
    });

    test('`always` runs even what ended well again, until it is stopped', async () => {
      const { create, driver, until, untilEnded } = lab();
      const id = await create(programs.exit, { args: ['0'], restart: { name: 'always' } });
      await driver.startContainer(id);
      await until(id, ({ restartCount }) => restartCount >= 2);
      await driver.stopContainer(id, {});
      expect((await untilEnded(id)).state).toBe('exited');
    });

    test('`no` leaves it at its end', async () => {
      const details = await lab().run(programs.exit, { args: ['1'], restart: { name: 'no' } });
      expect(details).toMatchObject({ state: 'exited', restartCount: 0 });
    });
  });
}
