import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proxyPorts } from '../../../src/runtime/native/proxy/index.ts';
import { createNetworkLab, endpoint, leftovers, type NetworkLab, run } from './network-lab.ts';

let lab: NetworkLab;
beforeEach(() => {
  lab = createNetworkLab();
});
afterEach(async () => {
  await lab.clear();
  await expect.poll(() => leftovers(lab.root), { timeout: 10_000 }).toEqual([]);
});

const web = { target: 80, protocol: 'tcp' };

describe('a published port answers', () => {
  test("on the host's loopback and addresses, to neighbours, to other networks and to itself", async () => {
    const [front, back] = [await lab.network('front'), await lab.network('back')];
    const server = await lab.container(endpoint(front));
    const [neighbour, stranger] = [await lab.container(endpoint(front)), await lab.container(endpoint(back))];
    await server.serve(80, 'welcome');
    await server.publish(web);
    const [open] = await lab.networks.ports(server.id);
    expect(open).toEqual({ target: 80, protocol: 'tcp', published: expect.any(Number), hostIp: '0.0.0.0' });
    const host = await hostAddress();
    const at = (address: string) =>
      ['curl', '-s', '-m', '3', `http://${address}:${open?.published}/`] as const;
    expect((await run(at('127.0.0.1'))).stdout).toBe('welcome');
    expect((await run(at('127.5.6.7'))).stdout).toBe('welcome');
    expect((await run(at(host))).stdout).toBe('welcome');
    for (const client of [neighbour, stranger, server]) {
      expect((await client.exec(...at('169.254.1.1'))).stdout).toBe('welcome');
      expect((await client.exec(...at(host))).stdout).toBe('welcome');
    }
    // Nobody else comes in, and nobody reaches a container of another network but by what it publishes.
    expect((await stranger.exec('curl', '-s', '-m', '1', `http://${server.ip}/`)).exitCode).not.toBe(0);
    await lab.networks.unpublish(server.id);
    expect(await lab.networks.ports(server.id)).toEqual([]);
    expect((await run(at('127.0.0.1'))).exitCode).toBe(7);
  });

  test('on one address only', async () => {
    const server = await lab.container(endpoint(await lab.network('net')));
    const neighbour = await lab.container(endpoint('net'));
    await server.serve(80, 'welcome');
    await server.publish({ ...web, hostIp: '127.0.0.1' });
    const [open] = await lab.networks.ports(server.id);
    expect(open?.hostIp).toBe('127.0.0.1');
    const url = (address: string) => `http://${address}:${open?.published}/`;
    expect((await run(['curl', '-s', '-m', '3', url('127.0.0.1')])).stdout).toBe('welcome');
    expect((await run(['curl', '-s', '-m', '3', url(await hostAddress())])).exitCode).toBe(7);
    // Nor may a container speak to the host's loopback by way of its network.
    await neighbour.exec('ip', 'route', 'add', '127.9.9.9', 'via', '172.17.0.1', 'dev', 'eth0');
    expect((await neighbour.exec('curl', '-s', '-m', '1', url('127.9.9.9'))).exitCode).not.toBe(0);
  });

  test('for datagrams', async () => {
    const server = await lab.container(endpoint(await lab.network('net')));
    await server.publish({ target: 53, protocol: 'udp' });
    const [open] = await lab.networks.ports(server.id);
    const listen =
      "require('dgram').createSocket('udp4').on('message', (text) => { console.log(String(text)); process.exit(); }).bind(53)";
    const heard = server.exec('timeout', '10', process.execPath, '-e', listen);
    const client = createSocket('udp4');
    await new Promise<void>((resolve) => client.bind(0, '127.0.0.1', resolve));
    const sending = setInterval(() => client.send('knock', open?.published ?? 0, '127.0.0.1'), 50);
    const { stdout } = await heard;
    clearInterval(sending);
    client.close();
    expect(stdout).toContain('knock');
  });

  test("on the host's IPv6 loopback, although the container has no such address", async () => {
    const over = new AbortController();
    const server = await lab.container(endpoint(await lab.network('net')));
    proxyPorts({ root: lab.root, project: 'lab', signal: over.signal });
    try {
      await server.serve(80, 'welcome');
      await server.publish(web, { target: 80, protocol: 'tcp', hostIp: '::1' });
      const ports = await lab.networks.ports(server.id);
      expect(ports.map(({ hostIp }) => hostIp)).toEqual(['0.0.0.0', '::', '::1']);
      const curl = async (port: number | undefined) =>
        (await run(['curl', '-s', '-m', '3', `http://[::1]:${port}/`])).stdout;
      await expect.poll(() => curl(ports[1]?.published)).toBe('welcome');
      await expect.poll(() => curl(ports[2]?.published)).toBe('welcome');
      await lab.networks.unpublish(server.id);
      await expect.poll(() => curl(ports[1]?.published)).toBe('');
    } finally {
      over.abort();
    }
  });

  test('over IPv6', async () => {
    const pools = [{ subnet: 'fd77:1::/64', auxiliaryAddresses: {} }];
    const net = await lab.network('net', { enableIpv6: true, ipam: { options: {}, pools } });
    const [server, other] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
    expect(server.addresses[0]).toEqual({
      network: net,
      ipv4: expect.stringMatching(/^172\./),
      ipv6: 'fd77:1::2',
    });
    expect(await other.reaches('fd77:1::2')).toBe(true);
    await server.serve(80, 'welcome');
    await server.publish(web);
    const [, open] = await lab.networks.ports(server.id);
    expect(open?.hostIp).toBe('::');
    const url = `http://[${await hostAddress(6)}]:${open?.published}/`;
    expect((await run(['curl', '-s', '-m', '3', url])).stdout).toBe('welcome');
    expect((await other.exec('curl', '-s', '-m', '3', url)).stdout).toBe('welcome');
  });
});

describe('a port that is taken is refused, and it is told who has it', () => {
  test('a container', async () => {
    const [one, two] = [
      await lab.container(endpoint(await lab.network('net'))),
      await lab.container(endpoint('net')),
    ];
    await one.publish(web);
    const published = String((await lab.networks.ports(one.id))[0]?.published);
    await expect(two.publish({ ...web, published })).rejects.toMatchObject({
      code: 'engine.port-in-use',
      message: `cannot start container "${two.name}": port ${published} is already in use by container ${one.name}`,
    });
    expect(await lab.networks.portHolders([Number(published)])).toMatchObject([
      { port: Number(published), protocol: 'tcp', holder: { kind: 'container', id: one.id, name: one.name } },
    ]);
    await lab.networks.unpublish(one.id);
    await two.publish({ ...web, published });
    expect(String((await lab.networks.ports(two.id))[0]?.published)).toBe(published);
  });

  test('a process', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const one = await lab.container(endpoint(await lab.network('net')));
    try {
      await expect(one.publish({ ...web, published: String(port) })).rejects.toMatchObject({
        code: 'engine.port-in-use',
        message: expect.stringMatching(`port ${port} is already in use by .+ \\(process ${process.pid}\\)$`),
      });
      await one.publish({ ...web, published: `${port}-${port + 3}` });
      const [open] = await lab.networks.ports(one.id);
      expect(open?.published).toBeGreaterThan(port);
      expect(open?.published).toBeLessThanOrEqual(port + 3);
    } finally {
      server.close();
    }
  });
});

test('an address that is not the host’s, and a family that the container lacks, are refused', async () => {
  const one = await lab.container(endpoint(await lab.network('net')));
  await expect(one.publish({ ...web, hostIp: '10.99.99.99' })).rejects.toMatchObject({
    code: 'engine.request',
  });
  await expect(one.publish({ target: 53, protocol: 'udp', hostIp: '::1' })).rejects.toMatchObject({
    code: 'engine.capability',
  });
});

test('many containers that publish at once get different ports', async () => {
  const net = await lab.network('net');
  const all = await Promise.all(Array.from({ length: 12 }, () => lab.container(endpoint(net))));
  await Promise.all(all.map((each) => each.publish({ ...web, published: '24900-24911' })));
  const ports = await Promise.all(all.map(async ({ id }) => (await lab.networks.ports(id))[0]?.published));
  expect(new Set(ports).size).toBe(12);
});

/** Of the device that the host's default route takes. */
async function hostAddress(family: 4 | 6 = 4): Promise<string> {
  const { stdout } = await run(['ip', `-${family}`, '-o', 'addr', 'show', 'scope', 'global', 'dev', 'eth0']);
  return /inet6? ([^/ ]+)/.exec(stdout)?.[1] ?? '';
}
