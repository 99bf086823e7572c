import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flotillaProgram } from '../../../scripts/lib/built.mjs';
import type { ContainerId } from '../../../src/core/ids.ts';
import type { Driver, Leftover } from '../../../src/runtime/index.ts';
import { devicePrefix } from '../../../src/runtime/native/network/firewall.ts';
import { createLab, endpoint, inNetworks, type Lab, volumeMount } from '../../contract/lab.ts';
import { programs } from '../../contract/programs.ts';
import { runCommand } from '../../support/command.ts';
import { nativeEngine } from '../../support/native-engine.ts';
import { countTraces, engineTag } from '../../support/native-traces.ts';

const engine = nativeEngine();
let driver: Driver;
let image: string;
let lab: Lab;

beforeAll(async () => {
  driver = await engine.connect();
  image = await engine.image('busybox');
});
beforeEach(() => {
  lab = createLab(driver, image);
});
afterEach(async () => {
  await lab.clear();
  // Supervisors end by themselves once their project is gone.
  await expect.poll(() => countTraces(engine.root).supervisors, { timeout: 20_000 }).toBe(0);
  await mend();
});
afterAll(async () => {
  await driver.close();
  await engine.remove();
});

const lasting = (...words: readonly string[]): string => join(engine.root, 'lib', ...words);
const volatile = (...words: readonly string[]): string => join(engine.root, 'run', ...words);
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const texts = (found: readonly Leftover[] | undefined) =>
  (found ?? []).map(({ kind, text }) => `${kind}: ${text}`);
const find = async () => texts(await driver.housekeeping.leftovers?.find());
const mend = async () => texts(await driver.housekeeping.leftovers?.mend());
const someId = 'ab'.repeat(32) as ContainerId;
const short = (id: string): string => id.slice(0, 12);

/** It is found, found again because finding changes nothing, mended, and gone. */
async function expectMended(...expected: readonly string[]): Promise<void> {
  expect(await find()).toEqual(expected);
  expect(await find()).toEqual(expected);
  expect(await mend()).toEqual(expected);
  expect(await find()).toEqual([]);
}

/** Takes a container's record away as if its removal had been cut short at the worst moment. */
async function loseRecord(id: ContainerId): Promise<void> {
  const { name } = await lab.observe(id);
  rmSync(lasting('names', name));
  renameSync(lasting('containers', id), lasting('trash', id));
}

describe('nothing is left behind', () => {
  test('by a project that comes and goes', async () => {
    const net = await lab.network('net');
    const ports = [{ target: 80, protocol: 'tcp', published: '0' }];
    const id = await lab.start(programs.idle, {
      ...inNetworks(endpoint(net)),
      ports,
      mounts: [volumeMount('/scratch')],
    });
    expect(await find()).toEqual([]);
    await driver.removeContainer(id, { force: true, volumes: true });
    await driver.removeNetwork(net);
    await expect.poll(() => countTraces(engine.root).supervisors, { timeout: 20_000 }).toBe(0);
    expect(await find()).toEqual([]);
  });

  test('by containers that are being made at this moment', async () => {
    const net = await lab.network('net');
    const making = Array.from({ length: 6 }, () =>
      lab.create(programs.idle, { ...inNetworks(endpoint(net)), mounts: [volumeMount('/scratch')] }),
    );
    let done = false;
    const all = Promise.all(making).finally(() => {
      done = true;
    });
    while (!done) expect(await mend()).toEqual([]);
    for (const id of await all) await driver.startContainer(id);
    expect(await mend()).toEqual([]);
    expect((await lab.snapshot()).containers.map(({ state }) => state)).toEqual(Array(6).fill('running'));
  });
});

describe('it is found and mended:', () => {
  test('a container that was not made to its end', async () => {
    const id = await lab.create(programs.idle);
    const { name } = await lab.observe(id);
    await expect
      .poll(() => existsSync(volatile('containers', id, 'prepared.json')), { timeout: 10_000 })
      .toBe(true);
    const { init } = json(volatile('containers', id, 'prepared.json'));
    rmSync(lasting('containers', id, 'held.json'));
    await expectMended(
      `container: container ${name} of project "${lab.project}", which was never made to its end`,
    );
    await expect.poll(() => existsSync(`/proc/${init.pid}`), { timeout: 10_000 }).toBe(false);
    expect(existsSync(lasting('containers', id))).toBe(false);
  });

  test('the mounts, namespaces, addresses and control groups of a container that is gone', async () => {
    const net = await lab.network('net');
    const id = await lab.start(programs.idle, inNetworks(endpoint(net)));
    const { init } = json(lasting('containers', id, 'run.json'));
    await loseRecord(id);
    const found = await find();
    expect(found).toEqual(
      expect.arrayContaining([
        `mount: mounts and files of container ${short(id)}, which is gone`,
        `record: addresses and ports of container ${short(id)}, which is gone`,
        `cgroup: control group of container ${short(id)}, which is gone`,
      ]),
    );
    await mend();
    expect(await find()).toEqual([]);
    expect(existsSync(volatile('containers', id))).toBe(false);
    await expect.poll(() => existsSync(`/proc/${init.pid}`), { timeout: 10_000 }).toBe(false);
    expect(countTraces(engine.root)).toMatchObject({
      mounts: [expect.stringContaining('namespaces')],
      groups: 0,
    });
  });

  test('the name of a namespace', async () => {
    const file = volatile('networks/namespaces', someId);
    writeFileSync(file, '');
    execFileSync('unshare', [`--net=${file}`, 'true']);
    await expectMended(`namespace: network namespace ${short(someId)} of nobody`);
    expect(existsSync(file)).toBe(false);
  });

  test('a device', async () => {
    const device = `${devicePrefix(engineTag(engine.root))}abcde`;
    execFileSync('ip', ['link', 'add', device, 'type', 'veth', 'peer', 'name', `x${device.slice(3)}`]);
    await expectMended(`device: network device ${device} of no network`);
    expect(countTraces(engine.root).links).toBe(0);
  });

  test('a control group, with what runs in it', async () => {
    const memory = existsSync('/sys/fs/cgroup/memory') ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
    const group = join(memory, 'flotilla', engineTag(engine.root), someId);
    mkdirSync(group, { recursive: true });
    await expectMended(`cgroup: control group of container ${short(someId)}, which is gone`);
    expect(existsSync(group)).toBe(false);
  });

  test('a firewall without networks, and networks without a firewall', async () => {
    const table = `flotilla_${engineTag(engine.root)}`;
    const tables = () => execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
    const net = await lab.network('net');
    await expect.poll(() => existsSync(volatile('networks/firewall-due')), { timeout: 10_000 }).toBe(false);
    const name = /table inet (\S+)/.exec(
      tables()
        .split('\n')
        .find((line) => line.includes(engineTag(engine.root))) ?? '',
    )?.[1];
    execFileSync('nft', ['delete', 'table', 'inet', name ?? table]);
    await expectMended('firewall: the firewall has lost the rules of its networks');
    expect(tables()).toContain(engineTag(engine.root));
    await driver.removeNetwork(net);
    execFileSync('nft', ['add', 'table', 'inet', name ?? table]);
    await expectMended('firewall: the firewall has a table although there is no network');
    expect(tables()).not.toContain(engineTag(engine.root));
  });

  test('a record without its name, and a name without its record', async () => {
    const id = await lab.create(programs.idle);
    const { name } = await lab.observe(id);
    await expect
      .poll(() => existsSync(volatile('containers', id, 'prepared.json')), { timeout: 10_000 })
      .toBe(true);
    rmSync(lasting('names', name));
    // It may be that somebody is about to give it one.
    expect(await find()).toEqual([]);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(lasting('containers', id), longAgo, longAgo);
    symlinkSync(someId, lasting('names', 'nobody'));
    await expectMended(
      `record: record of container ${short(id)}, which has no name`,
      'name: name "nobody" of a container that is gone',
    );
    expect(existsSync(lasting('containers', id))).toBe(false);
    expect(existsSync(lasting('names/nobody'))).toBe(false);
  });

  test('the ports of a container that ended while nobody was there', async () => {
    const net = await lab.network('net');
    const ports = [{ target: 80, protocol: 'tcp', published: '18777', hostIp: '127.0.0.1' }];
    const id = await lab.start(programs.idle, { ...inNetworks(endpoint(net)), ports });
    const { name } = await lab.observe(id);
    const running = readFileSync(volatile('networks/running.json'), 'utf8');
    await driver.stopContainer(id, {});
    await expect.poll(() => countTraces(engine.root).supervisors, { timeout: 20_000 }).toBe(0);
    writeFileSync(volatile('networks/running.json'), running);
    await expectMended(`port: ports and addresses of container ${name}, which has ended`);
    expect(json(volatile('networks/running.json')).containers).toEqual({});
  });

  test('a supervisor that has died', async () => {
    await lab.start(programs.idle);
    const alive = volatile('projects', `${lab.project}.supervisor`);
    const pidOf = (): number => Number(readFileSync(alive, 'utf8').split('\n')[0]);
    const killed = pidOf();
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${killed}/exe`), { timeout: 10_000 }).toBe(false);
    await expectMended(`supervisor: supervisor of project "${lab.project}", which has died`);
    expect(pidOf()).not.toBe(killed);
  });

  test('what was noted of a project that is gone, without a word', async () => {
    writeFileSync(volatile('projects/gone.supervisor'), '999999999\n1\n');
    writeFileSync(volatile('projects/gone.events'), '');
    writeFileSync(volatile('past.events'), '');
    await expectMended();
    expect(existsSync(volatile('past.events'))).toBe(false);
    expect(readdirSync(volatile('projects')).filter((name) => name.startsWith('gone'))).toEqual([]);
  });

  test('the mount of a volume that no container has, and its files stay', async () => {
    const mine = join(engine.root, 'mine');
    mkdirSync(mine);
    writeFileSync(join(mine, 'precious'), '');
    const name = await lab.volume('bound', {
      driverOptions: { type: 'none', o: 'bind', device: mine },
    });
    const data = lasting('volumes', name, '_data');
    execFileSync('mount', ['--bind', mine, data]);
    await expectMended(`mount: mount of volume ${name}, which no container has`);
    expect(readdirSync(data)).toEqual([]);
    expect(readdirSync(mine)).toEqual(['precious']);
  });

  test('the mount of an image for a container that is gone', async () => {
    const target = volatile('volumes/images', 'f'.repeat(16));
    mkdirSync(target, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'x', target]);
    await expectMended(`mount: mount of an image for a container that is gone (${'f'.repeat(16)})`);
    expect(existsSync(target)).toBe(false);
  });

  test('a mount in the trash, and what is mounted there stays', async () => {
    const mine = join(engine.root, 'kept');
    mkdirSync(mine);
    writeFileSync(join(mine, 'precious'), '');
    const point = lasting('trash/left/rootfs');
    mkdirSync(point, { recursive: true });
    execFileSync('mount', ['--bind', mine, point]);
    await expectMended(`trash: mount at ${point}, in the trash`);
    expect(existsSync(lasting('trash/left'))).toBe(false);
    expect(readdirSync(mine)).toEqual(['precious']);
  });

  test('a volume that got no name', async () => {
    const folder = lasting('volumes', `.${'c'.repeat(16)}`);
    mkdirSync(folder, { recursive: true });
    expect(await find()).toEqual([]);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(folder, longAgo, longAgo);
    await expectMended(`volume: volume without a name (.${'c'.repeat(16)})`);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('flotilla doctor', () => {
  const doctor = (...args: readonly string[]) =>
    runCommand([process.execPath, flotillaProgram(), ...args], {
      cwd: engine.root,
      env: { FLOTILLA_ROOT: engine.root, DOCKER_HOST: 'unix:///nowhere.sock' },
    });

  test('mends what it finds, and with --dry-run only shows it', async () => {
    symlinkSync(someId, lasting('names', 'nobody'));
    const dry = await doctor('--dry-run', 'doctor');
    expect(dry.stdout).toContain('  left behind: name "nobody" of a container that is gone\n');
    expect(existsSync(lasting('names'))).toBe(true);
    const wet = await doctor('doctor');
    expect(wet.stdout).toContain('  mended: name "nobody" of a container that is gone\n');
    expect((await doctor('doctor', '--format', 'json')).stdout).not.toContain('leftovers');
    expect(readdirSync(lasting('names'))).toEqual([]);
  });

  test('makes no engine where there was none', async () => {
    const nowhere = join(engine.root, 'nowhere');
    await runCommand([process.execPath, flotillaProgram(), 'doctor'], {
      cwd: engine.root,
      env: { FLOTILLA_ROOT: nowhere, DOCKER_HOST: 'unix:///nowhere.sock' },
    });
    expect(existsSync(nowhere)).toBe(false);
  });
});
