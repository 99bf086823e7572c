import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placesOf, readState } from '../../../src/runtime/native/network/state.ts';
import { writeJson } from '../../../src/runtime/native/system/write-whole.ts';
import { createNetworkLab, endpoint, leftovers, type NetworkLab, networkSpec, run } from './network-lab.ts';

let lab: NetworkLab;
beforeEach(() => {
  lab = createNetworkLab();
});
afterEach(async () => {
  await lab.clear();
  await expect.poll(() => leftovers(lab.root), { timeout: 10_000 }).toEqual([]);
});

const onBridge = () => lab.container(endpoint('bridge'));
const listed = () => lab.networks.list().map(({ name, builtIn, labels }) => ({ name, builtIn, labels }));
const theBridge = { name: 'bridge', builtIn: true, labels: {} };

describe('the bridge', () => {
  test('comes with its first container and goes with its last, and is of no project', async () => {
    expect(listed()).toEqual([]);
    const [one, two] = await Promise.all([onBridge(), onBridge()]);
    expect(listed()).toEqual([theBridge]);
    expect(await lab.networks.observe({ project: 'lab' as never, names: [] })).toEqual([]);
    expect(await one.reaches(two.ip)).toBe(true);
    expect((await run(['busybox', 'ping', '-c1', '-W1', two.ip])).exitCode).toBe(0);
    await lab.networks.unplumb(one.id);
    expect(listed()).toEqual([theBridge]);
    await lab.networks.disconnect(two.id, 'bridge');
    expect(listed()).toEqual([]);
    const ofNetworks = async () => (await leftovers(lab.root)).filter((line) => !line.startsWith('nsfs'));
    await expect.poll(ofNetworks, { timeout: 10_000 }).toEqual([]);
    const again = await onBridge();
    expect(await again.reaches('169.254.1.1')).toBe(true);
  });

  test('leads outside, where its containers have the address of the host', async () => {
    const name = `out-${lab.root.tag}`;
    const ip = (...words: readonly string[]) => run(['ip', ...words]);
    await ip('netns', 'add', name);
    try {
      await ip('link', 'add', `v${lab.root.tag}`, 'type', 'veth', 'peer', 'eth0', 'netns', name);
      await ip('addr', 'add', '10.231.77.1/24', 'dev', `v${lab.root.tag}`);
      await ip('link', 'set', `v${lab.root.tag}`, 'up');
      await ip('-n', name, 'addr', 'add', '10.231.77.2/24', 'dev', 'eth0');
      await ip('-n', name, 'link', 'set', 'eth0', 'up');
      // Nobody there has a way back to the container's own address.
      await expect.poll(async () => (await onBridge()).reaches('10.231.77.2')).toBe(true);
    } finally {
      await ip('link', 'del', `v${lab.root.tag}`);
      await ip('netns', 'del', name);
    }
  });

  test('is a name that no other network can have, and is not removed by hand', async () => {
    for (const name of ['bridge', 'default', 'host', 'none']) {
      await expect(lab.networks.create(networkSpec(name))).rejects.toMatchObject({
        code: 'engine.request',
        message: `cannot create network "${name}": the name is the engine's own`,
      });
    }
    await onBridge();
    await expect(lab.networks.remove('bridge')).rejects.toMatchObject({
      code: 'engine.request',
      message: 'network "bridge" is the engine\'s own: it is not removed',
    });
  });

  test('is found and taken away when a killed command has left it without a container', async () => {
    const one = await onBridge();
    const places = placesOf(lab.root);
    writeJson(places.state, { ...readState(places), containers: {} });
    const isKnown = (id: string) => id === one.id;
    const told = [{ kind: 'record', text: 'network "bridge" without a container' }];
    expect(await lab.networks.sweep({ isKnown, mend: false })).toEqual(told);
    expect(await lab.networks.sweep({ isKnown, mend: true })).toEqual(told);
    expect(listed()).toEqual([]);
    expect(await lab.networks.sweep({ isKnown, mend: false })).toEqual([]);
  });

  test('goes with the traces of containers that are gone', async () => {
    const one = await onBridge();
    await lab.networks.sweep({ isKnown: () => false, mend: true });
    expect(listed()).toEqual([]);
    expect(await lab.networks.endpoints(one.id)).toEqual([]);
  });

  test('comes back with its containers and their addresses after a reboot', async () => {
    const one = await onBridge();
    const { namespaces } = placesOf(lab.root);
    await run(['sh', '-c', `umount ${namespaces}/*; rm -r ${lab.root.volatile}`]);
    await run(['nft', 'delete', 'table', 'inet', `flotilla_${lab.root.tag}`]);
    await expect.poll(async () => (await run(['ip', '-o', 'link'])).stdout).not.toContain(lab.root.tag);
    const request = { id: one.id, project: 'lab' as never, name: one.name, endpoints: [endpoint('bridge')] };
    expect((await lab.another().plumb(request)).addresses).toEqual(one.addresses);
    expect(await one.reaches('169.254.1.1')).toBe(true);
  });
});
