import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callEngine } from '../../../scripts/lib/engine/api.mjs';
import { startEngine } from '../../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../../scripts/lib/images/ensure.mjs';
import { createNetworkLab, endpoint, leftovers, libc, run } from './network-lab.ts';

const newNetwork = 0x40000000;
const home = openSync('/proc/thread-self/ns/net', 'r');
const machine = mkdtempSync(join(tmpdir(), 'flotilla-machine-'));
let engine: Awaited<ReturnType<typeof startEngine>>;

// This process lives in the engine's network from here on: there the engine's rules are the host's.
beforeAll(async () => {
  engine = await startEngine({ network: 'private', life: 'tied', say: () => {} });
  const there = openSync(`/proc/${dockerd(engine.folder)}/ns/net`, 'r');
  libc.setns(there, newNetwork);
  closeSync(there);
});
afterAll(async () => {
  libc.setns(home, newNetwork);
  closeSync(home);
  await engine.stop();
  rmSync(machine, { recursive: true, force: true });
});

test('networks work beside a Docker Engine that drops what it does not know, and neither disturbs the other', async () => {
  const rules = async () => (await run(['iptables', '-S'])).stdout;
  const before = await rules();
  expect(before).toContain('-P FORWARD DROP');
  const theirs = await webContainer();
  expect(await answer(theirs.port)).toContain('theirs');

  const lab = createNetworkLab(machine);
  try {
    const net = await lab.network('net');
    const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
    await one.serve(80, 'ours');
    await one.publish({ target: 80, protocol: 'tcp' });
    await two.publish();
    const port = (await lab.networks.ports(one.id))[0]?.published ?? 0;
    const outside = engine.address.replace(/2$/, '1');
    expect(await two.reaches(one.ip)).toBe(true);
    expect(await two.reaches(outside)).toBe(true);
    expect(await answer(port)).toBe('ours');
    expect(await answer(theirs.port)).toContain('theirs');
    const over = (address: string, to: number) =>
      ['curl', '-s', '-m', '3', `http://${address}:${to}/`] as const;
    expect((await two.exec(...over(engine.address, port))).stdout).toBe('ours');
    expect((await two.exec(...over(engine.address, theirs.port))).stdout).toContain('theirs');

    // Each chooses addresses that the other has not.
    const { Id } = await callEngine(engine.host, 'POST', '/networks/create', { body: { Name: 'late' } });
    const { IPAM } = await callEngine(engine.host, 'GET', `/networks/${Id}`);
    const [first, second] = IPAM.Config[0].Subnet.split('.');
    expect(one.ip.startsWith(`${first}.${second}.`)).toBe(false);
    await callEngine(engine.host, 'DELETE', `/networks/${Id}`);

    await engine.restart();
    expect(await two.reaches(outside)).toBe(true);
    expect(await answer(port)).toBe('ours');
  } finally {
    await lab.clear();
  }
  expect(await rules()).toBe(before);
  await expect.poll(() => leftovers(lab.root), { timeout: 10_000 }).toEqual([]);
  await callEngine(engine.host, 'DELETE', `/containers/${theirs.id}?force=true`);
}, 120_000);

async function webContainer(): Promise<{ readonly id: string; readonly port: number }> {
  const image = await ensureImage(engine.host, 'busybox', () => {});
  const body = {
    Image: image,
    Cmd: ['sh', '-c', 'mkdir -p /www; echo theirs > /www/index.html; httpd -f -p 80 -h /www'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{}] } },
  };
  const { Id } = await callEngine(engine.host, 'POST', '/containers/create', { body });
  await callEngine(engine.host, 'POST', `/containers/${Id}/start`);
  const { NetworkSettings } = await callEngine(engine.host, 'GET', `/containers/${Id}/json`);
  return { id: Id, port: Number(NetworkSettings.Ports['80/tcp'][0].HostPort) };
}

/** What a web server says that may not listen yet. */
async function answer(port: number): Promise<string> {
  const { stdout } = await run([
    ...['curl', '-s', '-m', '3', '--retry', '20', '--retry-delay', '0', '--retry-all-errors'],
    `http://127.0.0.1:${port}/`,
  ] as unknown as [string]);
  return stdout;
}

function dockerd(folder: string): string {
  const pid = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words[0]?.endsWith('dockerd') === true && words.some((word) => word.includes(folder));
    } catch {
      return false;
    }
  });
  if (pid === undefined) throw new Error('there is no dockerd');
  return pid;
}
