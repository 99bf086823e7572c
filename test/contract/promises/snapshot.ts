import { describe, expect, test } from 'vitest';
import { projectName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import type { Contract } from '../driver-contract.ts';
import { endpoint, inNetworks, volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeSnapshot({ lab }: Contract): void {
  describe('a snapshot', () => {
    test('of nothing is empty', async () => {
      const query = { project: projectName('nobody-has-this-one'), networks: [], volumes: [], images: [] };
      expect(await lab().driver.snapshot(query)).toEqual({
        containers: [],
        networks: [],
        volumes: [],
        images: new Map(),
      });
    });

    test('has every container of the project, running or not, in byte order of their names', async () => {
      const { create, start, run, snapshot, name } = lab();
      const names = { b: name('b'), A: name('A'), a: name('a') };
      await create(programs.idle, { name: names.b });
      await start(programs.idle, { name: names.A });
      await run(programs.exit, { args: ['3'], name: names.a });
      const { containers } = await snapshot();
      expect(containers.map((found) => [found.name, found.state, found.exitCode])).toEqual([
        [names.A, 'running', undefined],
        [names.a, 'exited', 3],
        [names.b, 'created', undefined],
      ]);
    });

    test('tells who has a port of the host, of all projects', async () => {
      const { driver, create, network, snapshot, name } = lab();
      const ports = [{ target: 80, protocol: 'tcp', published: '18190', hostIp: '127.0.0.1' }];
      const own = name('own');
      const id = await create(programs.idle, {
        ...inNetworks(endpoint(await network('net'))),
        name: own,
        ports,
      });
      const query = { project: projectName('nobody-has-this-one'), networks: [], volumes: [], images: [] };
      const asked = { ...query, hostPorts: [18190, 18191] };
      expect((await driver.snapshot(asked)).portHolders).toEqual([]);
      await driver.startContainer(id);
      const [container] = (await snapshot()).containers;
      expect((await driver.snapshot(asked)).portHolders).toEqual([
        {
          port: 18190,
          protocol: 'tcp',
          hostIp: '127.0.0.1',
          holder: { kind: 'container', id, name: own, labels: container?.labels },
        },
      ]);
    });

    test('tells of a container what the planner compares', async () => {
      const { driver, spec, network, volume, observe, image } = lab();
      const [net, vol] = [await network('net'), await volume('vol')];
      const wanted = spec(programs.idle, {
        ...inNetworks(endpoint(net)),
        mounts: [
          volumeMount('/data', vol),
          { kind: 'bind', source: '/tmp', target: '/host', readOnly: true, createHostPath: true },
        ],
        ports: [{ target: 80, protocol: 'tcp' }],
      });
      const before = Math.floor(Date.now() / 1000) - 1;
      const id = await driver.createContainer(wanted, {});
      await driver.startContainer(id);
      const found = await observe(id);
      const imageId = (await driver.inspectImage(image))?.observed.id;
      expect(found).toMatchObject({
        id,
        name: wanted.name,
        image,
        imageId,
        command: expect.stringContaining('sh -c'),
        labels: wanted.labels,
        state: 'running',
        health: 'none',
        status: expect.stringMatching(/^Up /),
      });
      expect(found.createdAt).toBeGreaterThanOrEqual(before);
      expect(found.createdAt).toBeLessThanOrEqual(Date.now() / 1000 + 1);
      const [joined] = found.networks;
      const seen = (await lab().snapshot()).networks[0];
      expect(joined).toEqual({
        network: net,
        networkId: seen?.id,
        ipv4Address: expect.stringMatching(/^\d+(\.\d+){3}$/),
      });
      const mounts = [...found.mounts].sort((left, right) => left.target.localeCompare(right.target));
      expect(mounts).toEqual([
        { kind: 'volume', name: vol, source: expect.any(String), target: '/data' },
        { kind: 'bind', source: '/tmp', target: '/host' },
      ]);
    });

    test('has the networks and volumes of the project, and those it is asked for by name', async () => {
      const { driver, network, volume, networkSpec, volumeSpec, name, project } = lab();
      const [ownNet, ownVol] = [await network('own'), await volume('own')];
      const [otherNet, otherVol] = [name('other'), name('other')];
      const foreign = { labels: { ...networkSpec('x').labels, [labels.project]: 'somebody-else' } };
      await driver.createNetwork(networkSpec(otherNet, foreign));
      await driver.createVolume(volumeSpec(otherVol, foreign));
      try {
        const query = {
          project,
          networks: [otherNet, 'no-such'],
          volumes: [otherVol, 'no-such'],
          images: [],
        };
        const { networks, volumes } = await driver.snapshot(query);
        expect(networks.map((found) => [found.name, found.driver, found.labels])).toEqual(
          [
            [ownNet, 'bridge', networkSpec(ownNet).labels],
            [otherNet, 'bridge', foreign.labels],
          ].sort(),
        );
        expect(volumes.map((found) => [found.name, found.driver, found.labels])).toEqual(
          [
            [ownVol, 'local', volumeSpec(ownVol).labels],
            [otherVol, 'local', foreign.labels],
          ].sort(),
        );
      } finally {
        await driver.removeNetwork(otherNet);
        await driver.removeVolume(otherVol);
      }
    });

    test('has nothing but the containers when only they are asked for', async () => {
      const { driver, create, network, volume, project, image } = lab();
      const [net, vol] = [await network('net'), await volume('vol')];
      const id = await create(programs.idle, inNetworks(endpoint(net)));
      const query = { project, networks: [net], volumes: [vol], images: [image] };
      const whole = await driver.snapshot(query);
      expect(whole).toMatchObject({
        containers: [{ id }],
        networks: [{ name: net }],
        volumes: [{ name: vol }],
      });
      expect(await driver.snapshot({ ...query, only: 'containers' })).toEqual({
        containers: whole.containers,
        networks: [],
        volumes: [],
        images: new Map(),
      });
    });

    test('has no more of a thing when it is removed', async () => {
      const { driver, create, snapshot } = lab();
      const id = await create(programs.idle);
      await driver.removeContainer(id, { force: false, volumes: true });
      expect((await snapshot()).containers).toEqual([]);
    });

    test('has images by the reference that was asked for, and no missing ones', async () => {
      const { driver, project, image } = lab();
      const images = [image, 'localhost/no/such:image'];
      const found = (await driver.snapshot({ project, networks: [], volumes: [], images })).images;
      expect([...found.keys()]).toEqual([image]);
      expect(found.get(image)?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    });
  });
}
