import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { endpoint, inNetworks } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeNetworks({ lab, address }: Contract): void {
  describe('networks', () => {
    test('containers reach each other by name and alias in a network that they share', async () => {
      const { start, network, exec, details } = lab();
      const net = await network('net');
      const db = await start(programs.idle, inNetworks(endpoint(net, { aliases: ['db', 'store'] })));
      const web = await start(programs.idle, inNetworks(endpoint(net)));
      const names = ['db', 'store', (await details(db)).name];
      for (const name of names)
        expect([name, (await exec(web, programs.reach, name)).exitCode]).toEqual([name, 0]);
    });

    test('a container that was renamed is reached by its new name', async () => {
      const { driver, start, network, exec, name } = lab();
      const net = await network('net');
      const db = await start(programs.idle, inNetworks(endpoint(net)));
      const web = await start(programs.idle, inNetworks(endpoint(net)));
      const renamed = name('renamed');
      await driver.renameContainer(db, renamed);
      expect((await exec(web, programs.reach, renamed)).exitCode).toBe(0);
    });

    test('an alias is unknown in another network', async () => {
      const { start, network, exec } = lab();
      const [front, back] = [await network('front'), await network('back')];
      await start(programs.idle, inNetworks(endpoint(back, { aliases: ['db'] })));
      const web = await start(programs.idle, inNetworks(endpoint(front)));
      expect((await exec(web, programs.reach, 'db')).exitCode).not.toBe(0);
    });

    test('all endpoints of a spec are joined, each with its own aliases', async () => {
      const { start, network, exec, observe } = lab();
      const [front, back] = [await network('front'), await network('back')];
      const api = await start(
        programs.idle,
        inNetworks(endpoint(front, { aliases: ['api-front'] }), endpoint(back, { aliases: ['api-back'] })),
      );
      const db = await start(programs.idle, inNetworks(endpoint(back)));
      expect((await observe(api)).networks.map((joined) => joined.network).sort()).toEqual(
        [back, front].sort(),
      );
      expect((await exec(db, programs.reach, 'api-back')).exitCode).toBe(0);
      expect((await exec(db, programs.reach, 'api-front')).exitCode).not.toBe(0);
    });

    test('a running container can join and leave a network; both twice', async () => {
      const { driver, start, network, exec, observe } = lab();
      const [front, back] = [await network('front'), await network('back')];
      await start(programs.idle, inNetworks(endpoint(back, { aliases: ['db'] })));
      const web = await start(programs.idle, inNetworks(endpoint(front)));
      const joins = endpoint(back, { aliases: ['web'] });
      await driver.connectNetwork(web, joins);
      await driver.connectNetwork(web, joins);
      expect((await exec(web, programs.reach, 'db')).exitCode).toBe(0);
      await driver.disconnectNetwork(web, back);
      await driver.disconnectNetwork(web, back);
      expect((await observe(web)).networks.map((joined) => joined.network)).toEqual([front]);
    });

    test('a stopped container joins a network for its next run', async () => {
      const { driver, create, start, network, exec } = lab();
      const [front, back] = [await network('front'), await network('back')];
      await start(programs.idle, inNetworks(endpoint(back, { aliases: ['db'] })));
      const web = await create(programs.idle, inNetworks(endpoint(front)));
      await driver.connectNetwork(web, endpoint(back));
      await driver.startContainer(web);
      expect((await exec(web, programs.reach, 'db')).exitCode).toBe(0);
    });

    test('joining a network that does not exist fails', async () => {
      const { driver, start, network } = lab();
      const id = await start(programs.idle, inNetworks(endpoint(await network('net'))));
      await expect(driver.connectNetwork(id, endpoint('no-such-network'))).rejects.toMatchObject({
        code: 'engine.request',
      });
    });

    test('a network has the subnet, and an endpoint the address, that were asked for', async () => {
      const { start, network, observe } = lab();
      const pools = [{ subnet: '10.213.47.0/24', auxiliaryAddresses: {} }];
      const net = await network('net', { ipam: { options: {}, pools } });
      const id = await start(programs.idle, inNetworks(endpoint(net, { ipv4Address: '10.213.47.77' })));
      expect((await observe(id)).networks).toMatchObject([{ network: net, ipv4Address: '10.213.47.77' }]);
    });

    test('a subnet that another network has is `engine.address-pool`', async () => {
      const { network } = lab();
      const pools = [{ subnet: '10.213.48.0/24', auxiliaryAddresses: {} }];
      await network('first', { ipam: { options: {}, pools } });
      await expect(network('second', { ipam: { options: {}, pools } })).rejects.toMatchObject({
        code: 'engine.address-pool',
      });
    });

    test("a container can live in another one's network namespace", async () => {
      const { start, network, exec } = lab();
      const net = await network('net');
      await start(programs.idle, inNetworks(endpoint(net, { aliases: ['db'] })));
      const owner = await start(programs.idle, inNetworks(endpoint(net)));
      const guest = await start(programs.idle, { network: { kind: 'container', container: owner } });
      expect((await exec(guest, programs.reach, 'db')).exitCode).toBe(0);
    });

    test('host names of the spec are known', async () => {
      const { start, network, exec } = lab();
      const hosts = { extraHosts: ['myself:127.0.0.1'] };
      const id = await start(programs.idle, { ...inNetworks(endpoint(await network('net'))), ...hosts });
      expect((await exec(id, programs.reach, 'myself')).exitCode).toBe(0);
    });
  });

  describe('published ports', () => {
    const web = { target: 80, protocol: 'tcp' };

    test('a port without a number gets one, and is shown while the container runs', async () => {
      const { driver, start, network, observe } = lab();
      const id = await start(programs.web, { ...inNetworks(endpoint(await network('net'))), ports: [web] });
      const shown = (await observe(id)).ports.find((port) => port.published !== undefined);
      expect(shown).toMatchObject({ target: 80, protocol: 'tcp', published: expect.any(Number) });
      await driver.stopContainer(id, { timeoutSeconds: 0 });
      expect((await observe(id)).ports).toEqual([]);
    });

    test('an exposed port is shown without a number', async () => {
      const { start, network, observe } = lab();
      const more = { ...inNetworks(endpoint(await network('net'))), expose: ['9000/udp'] };
      const id = await start(programs.idle, more);
      expect((await observe(id)).ports).toEqual([{ target: 9000, protocol: 'udp' }]);
    });

    test('two running containers cannot have the same one', async () => {
      const { driver, start, create, network, observe } = lab();
      const net = inNetworks(endpoint(await network('net')));
      const first = await start(programs.idle, { ...net, ports: [web] });
      const published = String((await observe(first)).ports[0]?.published);
      const second = await create(programs.idle, { ...net, ports: [{ ...web, published }] });
      await expect(driver.startContainer(second)).rejects.toMatchObject({ code: 'engine.port-in-use' });
      await driver.stopContainer(first, {});
      await driver.startContainer(second);
      expect((await observe(second)).ports[0]?.published).toBe(Number(published));
    });

    test('of a range the next free one is taken', async () => {
      const { start, network, observe } = lab();
      const net = inNetworks(endpoint(await network('net')));
      const ports = [{ ...web, published: '24700-24702' }];
      const ids = [
        await start(programs.idle, { ...net, ports }),
        await start(programs.idle, { ...net, ports }),
      ];
      const taken = await Promise.all(ids.map(async (id) => (await observe(id)).ports[0]?.published));
      expect(new Set(taken).size).toBe(2);
      for (const port of taken) expect([24700, 24701, 24702]).toContain(port);
    });

    test.runIf(address !== undefined)('what listens behind one answers from outside', async () => {
      const { start, network, observe } = lab();
      const id = await start(programs.web, { ...inNetworks(endpoint(await network('net'))), ports: [web] });
      const published = (await observe(id)).ports[0]?.published;
      expect(await firstAnswer(`http://${address?.()}:${published}/`)).toBe('welcome\n');
    });
  });
}

/** A server that was started a moment ago may not listen yet. */
async function firstAnswer(url: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
