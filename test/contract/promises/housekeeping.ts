import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { endpoint, inNetworks, volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';

const nothing = { labels: ['contract.nobody.has=this'], withoutLabels: [] };

export function describeHousekeeping({ lab }: Contract): void {
  describe('what it keeps', () => {
    test('containers of all projects are listed, running or not, in byte order of their names', async () => {
      const { driver, create, start, observe } = lab();
      const ids = [await start(programs.idle), await create(programs.idle)];
      const listed = await driver.housekeeping.containers();
      const names = listed.map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      for (const id of ids) {
        const { status: _, ...found } = await observe(id);
        expect(listed.find((container) => container.id === id)).toMatchObject(found);
      }
    });

    test('a volume is in use from the creation of its container to its removal', async () => {
      const { driver, volume, create } = lab();
      const name = await volume('data');
      const find = async () => (await driver.housekeeping.volumes()).find((kept) => kept.name === name);
      expect(await find()).toMatchObject({
        driver: 'local',
        scope: 'local',
        anonymous: false,
        inUse: false,
        labels: expect.objectContaining({ 'com.docker.compose.config-hash': '0'.repeat(64) }),
        mountpoint: expect.stringContaining(name),
      });
      const id = await create(programs.idle, { mounts: [volumeMount('/data', name)] });
      expect(await find()).toMatchObject({ inUse: true });
      await driver.removeContainer(id, { force: true, volumes: true });
      expect(await find()).toMatchObject({ inUse: false });
    });

    test('a volume that nobody named is told from the others', async () => {
      const { driver, create, observe } = lab();
      const id = await create(programs.idle, { mounts: [volumeMount('/scratch')] });
      const name = (await observe(id)).mounts[0]?.name ?? '';
      const find = async () => (await driver.housekeeping.volumes()).find((kept) => kept.name === name);
      expect(await find()).toMatchObject({ anonymous: true, inUse: true });
      await driver.removeContainer(id, { force: false, volumes: false });
      expect(await find()).toMatchObject({ anonymous: true, inUse: false });
      await driver.removeVolume(name);
      expect(await find()).toBeUndefined();
    });

    test('a network is in use while a container runs in it', async () => {
      const { driver, network, create } = lab();
      const name = await network('net', { internal: true });
      const find = async () => (await driver.housekeeping.networks()).find((kept) => kept.name === name);
      const id = await create(programs.idle, inNetworks(endpoint(name)));
      expect(await find()).toMatchObject({
        driver: 'bridge',
        scope: 'local',
        internal: true,
        ipv6: false,
        builtIn: false,
        inUse: false,
      });
      await driver.startContainer(id);
      expect(await find()).toMatchObject({ inUse: true });
      await driver.stopContainer(id, {});
      expect(await find()).toMatchObject({ inUse: false });
    });

    test('networks and volumes are described in the words of docker, by name, and networks by id', async () => {
      const { driver, network, volume, start, observe } = lab();
      const net = await network('net');
      const vol = await volume('vol');
      const id = await start(programs.idle, inNetworks(endpoint(net)));
      const { name } = await observe(id);
      const described = await driver.housekeeping.describe('network', net);
      expect(described).toMatchObject({
        Name: net,
        Driver: 'bridge',
        Scope: 'local',
        Internal: false,
        IPAM: { Config: [{ Subnet: expect.stringMatching(/^[\d.]+\/\d+$/) }] },
        Containers: { [id]: { Name: name, IPv4Address: expect.stringMatching(/^[\d.]+(\/\d+)?$/) } },
      });
      const networkId = String(described?.['Id']);
      expect(await driver.housekeeping.describe('network', networkId)).toMatchObject({ Name: net });
      expect(await driver.housekeeping.describe('network', networkId.slice(0, 12))).toMatchObject({
        Name: net,
      });
      expect(await driver.housekeeping.describe('volume', vol)).toMatchObject({
        Name: vol,
        Driver: 'local',
        Scope: 'local',
        Mountpoint: expect.stringContaining(vol),
      });
    });

    test('what is not there is described by nothing', async () => {
      const { housekeeping } = lab().driver;
      expect(await housekeeping.describe('network', 'no-such-network')).toBeUndefined();
      expect(await housekeeping.describe('volume', 'no-such-volume')).toBeUndefined();
      expect(await housekeeping.describe('volume', '')).toBeUndefined();
    });

    test('what it takes of the disk is told for each container, volume and image', async () => {
      const { driver, image, volume, start, exec } = lab();
      const name = await volume('data');
      const id = await start(programs.idle, { mounts: [volumeMount('/data', name)] });
      await exec(id, programs.write, '/data/note', '12345');
      await exec(id, programs.write, '/note', '1234567');
      const usage = await driver.housekeeping.usage();
      expect(usage.volumes.find((each) => each.name === name)).toEqual({ name, size: 5, containers: 1 });
      expect(usage.containers.find(({ container }) => container.id === id)?.size).toBeGreaterThanOrEqual(7);
      const used = usage.images.find(({ tags }) => tags.some((tag) => tag.startsWith(image)));
      expect(used?.containers).toBeGreaterThanOrEqual(1);
      expect(usage.layers).toBeGreaterThanOrEqual((used?.size ?? 0) - (used?.shared ?? 0));
    });

    test('it counts its containers', async () => {
      const { driver, start, create } = lab();
      const before = await driver.housekeeping.information();
      await start(programs.idle);
      await create(programs.idle);
      const after = await driver.housekeeping.information();
      const grown = (field: string): number => Number(after[field]) - Number(before[field]);
      expect(grown('Containers')).toBeGreaterThanOrEqual(2);
      expect(Number(after['ContainersRunning'])).toBeGreaterThanOrEqual(1);
      expect(after).toMatchObject({ ServerVersion: expect.any(String), Images: expect.any(Number) });
    });

    test('images that do not fit the filter, and those of containers, stay', async () => {
      const { driver, image, create } = lab();
      await create(programs.idle);
      expect(await driver.housekeeping.pruneImages({ all: true, filter: nothing })).toMatchObject({
        deleted: [],
        untagged: [],
        reclaimed: 0,
      });
      const fitting = { labels: [], withoutLabels: [], until: 1 };
      await driver.housekeeping.pruneImages({ all: true, filter: fitting });
      expect(await driver.inspectImage(image)).toBeDefined();
    });
  });
}
