import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeVolumes({ lab }: Contract): void {
  describe('volumes', () => {
    test('what one container writes to a named volume, another one reads', async () => {
      const { volume, run, start, exec } = lab();
      const name = await volume('data');
      await run(programs.write, { args: ['/data/note', 'kept'], mounts: [volumeMount('/data', name)] });
      const id = await start(programs.idle, { mounts: [volumeMount('/elsewhere', name)] });
      expect(await exec(id, programs.read, '/elsewhere/note')).toMatchObject({ stdout: 'kept', exitCode: 0 });
    });

    test('an empty named volume is filled with what the image has there, unless that is not wanted', async () => {
      const { volume, start, exec } = lab();
      const filled = await start(programs.idle, { mounts: [volumeMount('/etc', await volume('filled'))] });
      expect((await exec(filled, programs.read, '/etc/passwd')).stdout).toContain('root');
      const mounts = [volumeMount('/etc', await volume('bare'), { noCopy: true })];
      const bare = await start(programs.idle, { mounts });
      expect((await exec(bare, programs.read, '/etc/passwd')).exitCode).not.toBe(0);
    });

    test('a folder of the host that is missing is refused unless it may be made', async () => {
      const { driver, spec, snapshot } = lab();
      const bind = { kind: 'bind', source: '/no/such/folder', target: '/host', readOnly: true } as const;
      const wanted = spec(programs.idle, { mounts: [{ ...bind, createHostPath: false }] });
      await expect(driver.createContainer(wanted, {})).rejects.toMatchObject({
        code: 'engine.request',
        message: expect.stringContaining('/no/such/folder'),
      });
      expect((await snapshot()).containers).toEqual([]);
    });

    test('a read-only mount cannot be written', async () => {
      const { volume, run } = lab();
      const mounts = [volumeMount('/data', await volume('data'), { readOnly: true })];
      expect((await run(programs.write, { args: ['/data/note', 'x'], mounts })).exitCode).not.toBe(0);
    });

    test('what a container writes elsewhere goes with it, and stays over a restart', async () => {
      const { driver, start, exec } = lab();
      const id = await start(programs.idle);
      await exec(id, programs.write, '/note', 'mine');
      await driver.stopContainer(id, {});
      await driver.startContainer(id);
      expect((await exec(id, programs.read, '/note')).stdout).toBe('mine');
      const other = await start(programs.idle);
      expect((await exec(other, programs.read, '/note')).exitCode).not.toBe(0);
    });

    test('a tmpfs begins empty with each run', async () => {
      const { driver, start, exec } = lab();
      const id = await start(programs.idle, {
        mounts: [{ kind: 'tmpfs', target: '/fast', readOnly: false }],
      });
      expect((await exec(id, programs.write, '/fast/note', 'soon gone')).exitCode).toBe(0);
      await driver.stopContainer(id, {});
      await driver.startContainer(id);
      expect((await exec(id, programs.read, '/fast/note')).exitCode).not.toBe(0);
    });

    test('a successor inherits an anonymous volume at the same target', async () => {
      const { driver, start, spec, observe, exec, details } = lab();
      const mounts = [volumeMount('/cache')];
      const old = await start(programs.idle, { mounts });
      await exec(old, programs.write, '/cache/note', 'warm');
      const volumeName = (await observe(old)).mounts[0]?.name ?? '';
      const inherit = [
        { name: volumeName, target: '/cache' },
        { name: volumeName, target: '/not/a/volume/of/it' },
      ];
      const successor = await driver.createContainer(spec(programs.idle, { mounts }), { inherit });
      await driver.removeContainer(old, { force: true, volumes: false });
      await driver.startContainer(successor);
      expect((await exec(successor, programs.read, '/cache/note')).stdout).toBe('warm');
      expect((await observe(successor)).mounts.map(({ target, name }) => [target, name])).toEqual([
        ['/cache', volumeName],
      ]);
      expect((await details(successor)).state).toBe('running');
    });

    test('an inherited volume goes with the container that inherited it', async () => {
      const { driver, create, spec, observe, project } = lab();
      const mounts = [volumeMount('/cache')];
      const old = await create(programs.idle, { mounts });
      const name = (await observe(old)).mounts[0]?.name ?? '';
      const successor = await driver.createContainer(spec(programs.idle, { mounts }), {
        inherit: [{ name, target: '/cache' }],
      });
      await driver.removeContainer(old, { force: false, volumes: false });
      await driver.removeContainer(successor, { force: false, volumes: true });
      expect((await driver.snapshot({ project, networks: [], volumes: [name], images: [] })).volumes).toEqual(
        [],
      );
    });

    test('a container takes over the mounts of another', async () => {
      const { volume, start, exec } = lab();
      const name = await volume('data');
      const owner = await start(programs.idle, { mounts: [volumeMount('/data', name)] });
      await exec(owner, programs.write, '/data/note', 'shared');
      const guest = await start(programs.idle, { volumesFrom: [owner] });
      expect((await exec(guest, programs.read, '/data/note')).stdout).toBe('shared');
      const reader = await start(programs.idle, { volumesFrom: [`${owner}:ro`] });
      expect((await exec(reader, programs.write, '/data/note', 'x')).exitCode).not.toBe(0);
    });
  });
}
