import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { endpoint, inNetworks, volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';

const plain = { force: false, volumes: false };

export function describeRemoval({ lab }: Contract): void {
  describe('removing', () => {
    test('what is not there is removed with success', async () => {
      const { driver } = lab();
      await driver.removeContainer('no-such-container' as never, plain);
      await driver.removeNetwork('no-such-network');
      await driver.removeVolume('no-such-volume');
      await driver.removeImage('localhost/no/such:image');
      await driver.disconnectNetwork('no-such-container' as never, 'no-such-network');
    });

    test('twice is as good as once', async () => {
      const { driver, create, network, volume, snapshot } = lab();
      const id = await create(programs.idle);
      const net = await network('net');
      const vol = await volume('vol');
      for (let times = 0; times < 2; times += 1) {
        await driver.removeContainer(id, plain);
        await driver.removeNetwork(net);
        await driver.removeVolume(vol);
      }
      expect(await snapshot()).toMatchObject({ containers: [], networks: [], volumes: [] });
    });

    test('two that remove the same container at once both succeed', async () => {
      const { driver, start, snapshot } = lab();
      const id = await start(programs.stubborn);
      const remove = () => driver.removeContainer(id, { force: true, volumes: true });
      await Promise.all([remove(), remove()]);
      expect((await snapshot()).containers).toEqual([]);
    });

    test('a running container only goes by force', async () => {
      const { driver, start, snapshot } = lab();
      const id = await start(programs.stubborn);
      await expect(driver.removeContainer(id, plain)).rejects.toMatchObject({ code: 'engine.conflict' });
      await driver.removeContainer(id, { force: true, volumes: false });
      expect((await snapshot()).containers).toEqual([]);
    });

    test('anonymous volumes go with the container when asked to; named ones stay', async () => {
      const { driver, create, volume, observe, snapshot, project } = lab();
      const named = await volume('data');
      const mounts = [volumeMount('/data', named), volumeMount('/scratch')];
      const id = await create(programs.idle, { mounts });
      const found = (await observe(id)).mounts.find(({ target }) => target === '/scratch');
      await driver.removeContainer(id, { force: false, volumes: true });
      const { volumes } = await driver.snapshot({
        project,
        networks: [],
        volumes: [found?.name ?? ''],
        images: [],
      });
      expect(volumes.map(({ name }) => name)).toEqual([named]);
      expect((await snapshot()).volumes.map(({ name }) => name)).toEqual([named]);
    });

    test('anonymous volumes stay when nobody asks', async () => {
      const { driver, create, observe, project } = lab();
      const id = await create(programs.idle, { mounts: [volumeMount('/scratch')] });
      const name = (await observe(id)).mounts[0]?.name ?? '';
      await driver.removeContainer(id, plain);
      const { volumes } = await driver.snapshot({ project, networks: [], volumes: [name], images: [] });
      expect(volumes.map((volume) => volume.name)).toEqual([name]);
      await driver.removeVolume(name);
    });

    test('a network in which a container runs is a conflict that names who it is', async () => {
      const { driver, network, start, observe, project } = lab();
      const name = await network('net');
      const id = await start(programs.idle, inNetworks(endpoint(name)));
      const { name: user } = await observe(id);
      await expect(driver.removeNetwork(name)).rejects.toMatchObject({
        code: 'engine.conflict',
        message: `cannot remove network "${name}": it is used by container ${user} of project "${project}"`,
      });
      await driver.stopContainer(id, {});
      await driver.removeNetwork(name);
    });

    test('a volume that a container mounts, running or not, is a conflict that names who it is', async () => {
      const { driver, volume, create, observe, project } = lab();
      const name = await volume('data');
      const id = await create(programs.idle, { mounts: [volumeMount('/data', name)] });
      const { name: user } = await observe(id);
      await expect(driver.removeVolume(name)).rejects.toMatchObject({
        code: 'engine.conflict',
        message: `cannot remove volume "${name}": it is used by container ${user} of project "${project}"`,
      });
      await driver.removeContainer(id, { force: false, volumes: true });
      await driver.removeVolume(name);
    });
  });
}
