import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { containerId, projectName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import { machineAt } from '../../../src/runtime/native/network/machine.ts';
import { isNamespace } from '../../../src/runtime/native/network/namespace-file.ts';
import { addNetwork } from '../../../src/runtime/native/network/network-record.ts';
import { readOptions } from '../../../src/runtime/native/network/options.ts';
import { placesOf, readRunning, readState } from '../../../src/runtime/native/network/state.ts';
import type { Root } from '../../../src/runtime/native/parts.ts';
import { createLocks } from '../../../src/runtime/native/system/lock.ts';
import { writeJson } from '../../../src/runtime/native/system/write-whole.ts';
import {
  createNetworkLab,
  endpoint,
  leftovers,
  libc,
  type NetworkLab,
  networkSpec,
  run,
} from './network-lab.ts';

const newNetwork = 0x40000000;

let lab: NetworkLab;
beforeEach(() => {
  lab = createNetworkLab();
});
afterEach(async () => {
  await lab.clear();
  // A device goes a moment after the namespace that it led into.
  await expect.poll(() => leftovers(lab.root), { timeout: 10_000 }).toEqual([]);
});

describe('containers of a network', () => {
  test('reach each other and the host, and the host reaches them', async () => {
    const net = await lab.network('net');
    const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
    expect(await one.reaches(two.ip)).toBe(true);
    expect(await one.reaches('127.0.0.1')).toBe(true);
    expect(await one.reaches('169.254.1.1')).toBe(true);
    expect((await run(['busybox', 'ping', '-c1', '-W1', one.ip])).exitCode).toBe(0);
  });

  test('do not reach those of another network', async () => {
    const [front, back] = [await lab.network('front'), await lab.network('back')];
    const [one, two] = [await lab.container(endpoint(front)), await lab.container(endpoint(back))];
    for (const each of [one, two]) await each.publish();
    expect(await one.reaches(two.ip)).toBe(false);
    const both = await lab.container(endpoint(front), endpoint(back));
    expect([await both.reaches(one.ip), await both.reaches(two.ip)]).toEqual([true, true]);
  });

  test('of an internal network reach only each other', async () => {
    const net = await lab.network('net', { internal: true });
    const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
    expect(await one.reaches(two.ip)).toBe(true);
    expect(await one.reaches('169.254.1.1')).toBe(false);
  });

  test('do not reach each other when the network says so', async () => {
    const driverOptions = { 'com.docker.network.bridge.enable_icc': 'false' };
    const net = await lab.network('net', { driverOptions });
    const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
    expect(await one.reaches(two.ip)).toBe(false);
    expect(await one.reaches('169.254.1.1')).toBe(true);
  });
});

test('devices have names, addresses and the MTU as asked for, and the way out of the highest priority', async () => {
  const pools = [{ subnet: '10.231.5.0/24', gateway: '10.231.5.9', auxiliaryAddresses: { a: '10.231.5.1' } }];
  const front = await lab.network('front', {
    ipam: { options: {}, pools },
    driverOptions: { 'com.docker.network.driver.mtu': '1300' },
  });
  const back = await lab.network('back');
  const one = await lab.container(
    endpoint(front, {
      ipv4Address: '10.231.5.77',
      macAddress: '02:00:00:00:00:77',
      interfaceName: 'front0',
      gatewayPriority: 1,
      linkLocalAddresses: ['169.254.34.68'],
    }),
    endpoint(back),
  );
  const devices = (await one.exec('ip', '-o', '-4', 'addr')).stdout;
  expect(devices).toMatch(/front0 +inet 10\.231\.5\.77\/24/);
  expect(devices).toMatch(/front0 +inet 169\.254\.34\.68\/16/);
  expect(devices).toMatch(/eth0 +inet 172\./);
  expect((await one.exec('ip', 'link', 'show', 'front0')).stdout).toMatch(
    /mtu 1300(?:.|\n)*02:00:00:00:00:77/,
  );
  expect((await one.exec('ip', 'route', 'show', 'default')).stdout).toContain('via 10.231.5.9 dev front0');
  const next = await lab.container(endpoint(front));
  expect(next.ip).toBe('10.231.5.2');
});

test('plumbing again gives the same addresses, and makes again what a reboot took', async () => {
  const net = await lab.network('net');
  const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
  const request = { id: two.id, project: projectName('lab'), name: two.name, endpoints: [endpoint(net)] };
  expect((await lab.networks.plumb(request)).addresses).toEqual(two.addresses);
  const { namespaces } = await import('../../../src/runtime/native/network/state.ts').then(({ placesOf }) =>
    placesOf(lab.root),
  );
  await run(['sh', '-c', `umount ${namespaces}/*; rm -r ${lab.root.volatile}`]);
  await run(['nft', 'delete', 'table', 'inet', `flotilla_${lab.root.tag}`]);
  await expect.poll(async () => (await run(['ip', '-o', 'link'])).stdout).not.toContain(lab.root.tag);
  for (const each of [one, two]) {
    const endpoints = [endpoint(net)];
    expect((await lab.another().plumb({ ...request, id: each.id, endpoints })).addresses).toEqual(
      each.addresses,
    );
  }
  expect(await one.reaches(two.ip)).toBe(true);
  expect((await leftovers(lab.root)).some((line) => line.startsWith('table'))).toBe(true);
});

test('a container joins and leaves networks while it is there; both twice', async () => {
  const [front, back] = [await lab.network('front'), await lab.network('back')];
  const db = await lab.container(endpoint(back));
  const web = await lab.container(endpoint(front));
  await lab.networks.publish(web.id, []);
  await lab.networks.connect(web.id, endpoint(back));
  await lab.networks.connect(web.id, endpoint(back));
  expect(await web.reaches(db.ip)).toBe(true);
  await lab.networks.disconnect(web.id, front);
  await lab.networks.disconnect(web.id, front);
  expect((await lab.networks.endpoints(web.id)).map(({ network }) => network)).toEqual([back]);
  // The way out goes over the network that is left.
  expect(await web.reaches('169.254.1.1')).toBe(true);
  await lab.networks.disconnect(web.id, back);
  expect(await web.reaches(db.ip)).toBe(false);
});

test('joining a network that does not exist is refused', async () => {
  await expect(lab.container(endpoint('no-such-network'))).rejects.toMatchObject({
    code: 'engine.request',
    message: 'network "no-such-network" not found',
  });
});

test('a network in which a container runs is in use; one that stands still does not keep it', async () => {
  const net = await lab.network('net');
  const one = await lab.container(endpoint(net));
  await one.publish();
  await expect(lab.networks.remove(net)).rejects.toMatchObject({
    code: 'engine.conflict',
    message: `cannot remove network "net": it is used by container ${one.name} of project "lab"`,
  });
  await lab.networks.unpublish(one.id);
  await lab.networks.remove(net);
  await lab.networks.remove(net);
});

test('creating again accepts what is the same and refuses what differs', async () => {
  const net = await lab.network('net');
  await lab.networks.create(networkSpec(net));
  const other = { [labels.configHash]: 'other' };
  await expect(lab.networks.create(networkSpec(net, { labels: other }))).rejects.toMatchObject({
    code: 'engine.conflict',
  });
  const seen = await lab.networks.observe({ project: projectName('lab'), names: [] });
  expect(seen).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: net,
      driver: 'bridge',
      labels: networkSpec(net).labels,
    },
  ]);
});

test('a subnet that another network has is refused, and names it', async () => {
  const pools = [{ subnet: '10.231.6.0/24', auxiliaryAddresses: {} }];
  await lab.network('first', { ipam: { options: {}, pools } });
  const wider = [{ subnet: '10.231.0.0/16', auxiliaryAddresses: {} }];
  await expect(lab.network('second', { ipam: { options: {}, pools: wider } })).rejects.toMatchObject({
    code: 'engine.address-pool',
    evidence: [{ title: 'network first has the subnet 10.231.6.0/24' }],
  });
});

test('two engines plumb on one root at once without giving an address twice', async () => {
  const net = await lab.network('net');
  const engines = [lab.networks, lab.another(), lab.another()];
  const ids = Array.from({ length: 30 }, () => containerId(randomBytes(32).toString('hex')));
  const plumbed = await Promise.all(
    ids.map((id, index) =>
      engines[index % engines.length]?.plumb({
        id,
        project: projectName('lab'),
        name: id.slice(0, 6),
        endpoints: [endpoint(net)],
      }),
    ),
  );
  expect(new Set(plumbed.map((each) => each?.addresses[0]?.ipv4)).size).toBe(30);
  expect(plumbed.every((each) => isNamespace(each?.namespace ?? ''))).toBe(true);
  await Promise.all(ids.map((id) => lab.networks.unplumb(id)));
});

test('a container that replaces another has its address once the other one is stopped', async () => {
  const pools = [{ subnet: '10.231.7.0/24', auxiliaryAddresses: {} }];
  const net = await lab.network('net', { ipam: { options: {}, pools } });
  const wanted = endpoint(net, { ipv4Address: '10.231.7.50' });
  const old = await lab.container(wanted);
  await old.publish();
  const replacement = await lab.container(wanted);
  expect(replacement.ip).toBe('10.231.7.50');
  await expect(replacement.publish()).rejects.toMatchObject({
    code: 'engine.conflict',
    message: `the address 10.231.7.50 of network "net" is in use by container ${old.name}`,
  });
  await lab.networks.unpublish(old.id);
  await replacement.publish();
  const probe = await lab.container(endpoint(net));
  expect(await probe.reaches('10.231.7.50')).toBe(true);
  expect((await old.exec('ip', '-4', 'addr', 'show', 'dev', 'eth0')).stdout).not.toContain('10.231.7.50');
});

test('an address answers for who has it now, though the namespace of who had it lives on', async () => {
  const pools = [{ subnet: '10.231.8.0/24', auxiliaryAddresses: {} }];
  const net = await lab.network('net', { ipam: { options: {}, pools } });
  const wanted = endpoint(net, { ipv4Address: '10.231.8.50' });
  const old = await lab.container(wanted);
  const held = openSync(old.namespace, 'r');
  try {
    await old.serve(80, 'old');
    await lab.networks.unplumb(old.id);
    expect(readState(placesOf(lab.root)).departed).toHaveLength(1);
    const replacement = await lab.container(wanted);
    await replacement.serve(80, 'new');
    const probe = await lab.container(endpoint(net));
    expect((await probe.exec('busybox', 'wget', '-qO-', 'http://10.231.8.50/')).stdout).toBe('new');
    expect(readState(placesOf(lab.root)).departed).toBeUndefined();
    const gone = [
      'nsenter',
      `--net=/proc/${process.pid}/fd/${held}`,
      'ip',
      'link',
      'show',
      'dev',
      'eth0',
    ] as const;
    expect((await run(gone)).stderr).toContain('does not exist');
  } finally {
    closeSync(held);
  }
});

test('with a network goes what is noted of its ports', async () => {
  const net = await lab.network('net');
  const container = await lab.container(endpoint(net));
  await lab.networks.unplumb(container.id);
  await lab.networks.remove('net');
  expect(readState(placesOf(lab.root)).departed).toBeUndefined();
});

test('a network of IPv6 alone has addresses, a way out and a server of names', async () => {
  const net = await lab.network('net', { enableIpv4: false, enableIpv6: true });
  const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
  expect(one.addresses).toEqual([{ network: net, ipv6: expect.stringMatching(/^fd[0-9a-f:]+::2$/) }]);
  expect(one.nameservers).toEqual([one.ip.replace(/2$/, '1')]);
  expect(await one.reaches(two.ip)).toBe(true);
  expect((await one.exec('ip', '-6', 'route', 'show', 'default')).stdout).toContain('dev eth0');
  expect((await one.exec('ip', '-4', 'addr', 'show', 'dev', 'eth0')).stdout).toBe('');
});

test("the kernel's settings are as they were when the last network is gone", async () => {
  // A host of its own: others may have networks on this one.
  const machine = mkdtempSync(join(tmpdir(), 'flotilla-machine-'));
  const home = openSync('/proc/thread-self/ns/net', 'r');
  libc.unshare(newNetwork);
  const settings = ['ipv4/ip_forward', 'ipv6/conf/all/forwarding', 'ipv6/conf/default/accept_ra'];
  const read = () => settings.map((path) => readFileSync(`/proc/sys/net/${path}`, 'utf8').trim());
  const alone = createNetworkLab(machine);
  try {
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '0');
    const before = read();
    await alone.network('first');
    await alone.network('second', { enableIpv6: true });
    expect(read()).toEqual(['1', '1', '2']);
    await alone.networks.remove('first');
    expect(read()).toEqual(['1', '1', '2']);
    await alone.networks.remove('second');
    expect(read()).toEqual(before);
    expect(before[0]).toBe('0');
  } finally {
    await alone.clear();
    libc.setns(home, newNetwork);
    closeSync(home);
    rmSync(machine, { recursive: true, force: true });
  }
});

test('a network leaves the way alone that somebody else has to the same subnet', async () => {
  const pools = [{ subnet: '10.231.9.0/24', auxiliaryAddresses: {} }];
  const net = await lab.network('net', { ipam: { options: {}, pools } });
  const [{ id = '', device = '' } = {}] = readState(placesOf(lab.root)).networks;
  const other = `x${lab.root.tag}`;
  await run(['ip', 'link', 'add', other, 'up', 'type', 'veth', 'peer', 'name', `y${lab.root.tag}`]);
  try {
    await run(['ip', 'link', 'set', `y${lab.root.tag}`, 'up']);
    await run(['ip', 'route', 'replace', '10.231.9.0/24', 'dev', other]);
    await run(['ip', 'link', 'del', device]);
    await lab.networks.remove(net);
    expect((await run(['ip', 'route', 'show', '10.231.9.0/24'])).stdout).toContain(other);
    expect(existsSync(join(placesOf(lab.root).namespaces, id))).toBe(false);
  } finally {
    await run(['ip', 'link', 'del', other]);
  }
});

test('an engine is known to the others as soon as it has chosen a subnet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-machine-'));
  const machine = machineAt(join(folder, 'shared'), createLocks(libc));
  const roots = ['aaaaaaaa', 'bbbbbbbb'].map((tag): Root => {
    const root = { lasting: join(folder, tag, 'lib'), volatile: join(folder, tag, 'run'), tag };
    mkdirSync(dirname(placesOf(root).state), { recursive: true });
    return root;
  });
  const choose = (root: Root) =>
    machine.hold(async () => {
      const books = { state: readState(placesOf(root)), running: readRunning(placesOf(root)) };
      const places = placesOf(root);
      const context = { root, machine, places, random: () => 0, now: () => 0 };
      const spec = networkSpec('net');
      return addNetwork(context, books, spec, readOptions(spec)).network.pools[0]?.subnet;
    });
  try {
    const [one, other] = [await choose(roots[0] as Root), await choose(roots[1] as Root)];
    expect(one).not.toBe(other);
  } finally {
    await machine.hold(async () => {
      for (const root of roots) machine.leave(root);
    });
    rmSync(folder, { recursive: true });
  }
});

test('an aborted call changes nothing', async () => {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await expect(lab.networks.create(networkSpec('net'), signal)).rejects.toBe(reason);
  expect(await lab.networks.observe({ project: projectName('lab'), names: [] })).toEqual([]);
});

test('what a killed removal has left is taken away by the next change', async () => {
  const net = await lab.network('net');
  const places = placesOf(lab.root);
  const [record] = readState(places).networks;
  const path = join(places.namespaces, record?.id ?? '');
  const container = await lab.container(endpoint(net));
  await lab.networks.unplumb(container.id);
  expect(existsSync(path)).toBe(true);
  writeJson(places.state, { version: 1, networks: [], containers: {}, doomed: [path] });
  await lab.network('next');
  expect(existsSync(path)).toBe(false);
  expect(readState(places).doomed).toBeUndefined();
});
