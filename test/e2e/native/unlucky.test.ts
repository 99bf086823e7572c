import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Driver } from '../../../src/runtime/index.ts';
import type { MountSpec } from '../../../src/volumes/index.ts';
import {
  collect,
  createLab,
  endpoint,
  execSpec,
  inNetworks,
  type Lab,
  untilSaid,
  volumeMount,
} from '../../contract/lab.ts';
import { programs } from '../../contract/programs.ts';
import { nativeEngine } from '../../support/native-engine.ts';

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
afterEach(() => lab.clear());
afterAll(async () => {
  await driver.close();
  await engine.remove();
});

const lasting = (id: string, file: string): string => join(engine.root, 'lib/containers', id, file);
const volatile = (id: string, file: string): string => join(engine.root, 'run/containers', id, file);
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const sh = (shell: string) => ({ ...execSpec(programs.idle), command: ['sh', '-c', shell] });

describe('after a command was killed', () => {
  test('a container that was not made to its end is made anew, with its volumes', async () => {
    const volume = await lab.volume('data');
    const wanted = lab.spec(programs.idle, { mounts: [volumeMount('/data', volume)] });
    const first = await driver.createContainer(wanted, {});
    rmSync(lasting(first, 'held.json'));
    await expect(driver.removeVolume(volume)).rejects.toMatchObject({ code: 'engine.conflict' });
    const second = await driver.createContainer(wanted, {});
    expect(second).not.toBe(first);
    await driver.startContainer(second);
    await lab.exec(second, programs.write, '/data/note', 'kept');
    await driver.removeContainer(second, { force: true, volumes: true });
    expect(readFileSync(join(engine.root, 'lib/volumes', volume, '_data/note'), 'utf8')).toBe('kept');
  });

  test('a container that was not made to its end is nobody’s when somebody looks', async () => {
    const id = await lab.create(programs.idle);
    rmSync(lasting(id, 'held.json'));
    // Its process may still be made ahead, and nobody takes away what somebody works on.
    await expect.poll(async () => (await lab.snapshot()).containers, { timeout: 10_000 }).toEqual([]);
    expect(existsSync(lasting(id, 'record.json'))).toBe(false);
  });

  test('a container whose start was noted and never happened is still to be started', async () => {
    const id = await lab.create(programs.say, { args: ['out', 'err'] });
    await expect.poll(() => existsSync(volatile(id, 'prepared.json')), { timeout: 10_000 }).toBe(true);
    const { init, monitor } = json(volatile(id, 'prepared.json'));
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    writeFileSync(
      lasting(id, 'run.json'),
      `${JSON.stringify({ number: 1, startedAt: '1700000000000000000', init, monitor, boot })}\n`,
    );
    expect((await lab.observe(id)).state).toBe('created');
    await driver.startContainer(id);
    expect((await lab.untilEnded(id)).exitCode).toBe(0);
  });

  test('what it left in the trash goes', async () => {
    const left = join(engine.root, 'lib/trash/left');
    mkdirSync(left);
    await nativeEngine(engine.root).connect();
    await expect.poll(() => existsSync(left), { timeout: 10_000 }).toBe(false);
  });
});

describe('when processes are killed', () => {
  test('a container whose monitor is gone can be stopped and removed', async () => {
    const id = await lab.start(programs.idle);
    process.kill(json(lasting(id, 'run.json')).monitor.pid, 'SIGKILL');
    await driver.stopContainer(id, { timeoutSeconds: 1 });
    expect((await lab.details(id)).state).toBe('exited');
    await driver.removeContainer(id, { force: false, volumes: true });
  });

  test('a container that waits for its start can be removed without its monitor', async () => {
    const id = await lab.create(programs.idle);
    await expect.poll(() => existsSync(volatile(id, 'prepared.json')), { timeout: 10_000 }).toBe(true);
    const { init, monitor } = json(volatile(id, 'prepared.json'));
    process.kill(monitor.pid, 'SIGKILL');
    await driver.removeContainer(id, { force: false, volumes: true });
    await expect.poll(() => existsSync(`/proc/${init.pid}`), { timeout: 10_000 }).toBe(false);
  });

  test('looking at a project replaces its supervisor', async () => {
    const id = await lab.start(programs.idle);
    const alive = join(engine.root, 'run/projects', `${lab.project}.supervisor`);
    const pidOf = () => Number(readFileSync(alive, 'utf8').split('\n')[0]);
    // It comes a moment after the containers.
    await expect.poll(() => existsSync(alive), { timeout: 10_000 }).toBe(true);
    const killed = pidOf();
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => readStat(killed), { timeout: 10_000 }).toBe(undefined);
    await lab.observe(id);
    expect(pidOf()).not.toBe(killed);
  });
});

describe('at the same moment', () => {
  test('a start and a removal by force end with nothing left', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await lab.create(programs.stubborn);
      const starting = driver.startContainer(id).catch(() => undefined);
      await driver.removeContainer(id, { force: true, volumes: true });
      await starting;
      expect((await lab.snapshot()).containers).toEqual([]);
      expect(existsSync(volatile(id, ''))).toBe(false);
    }
  });

  test('a creation and the removal of its volume end with a whole volume, or with none', async () => {
    for (let round = 0; round < 10; round += 1) {
      const volume = await lab.volume('data');
      const creating = lab.create(programs.idle, { mounts: [volumeMount('/data', volume)] });
      const removing = driver.removeVolume(volume).catch((error: { readonly code?: string }) => error.code);
      const [id, refusal] = await Promise.all([creating, removing]);
      expect([undefined, 'engine.conflict']).toContain(refusal);
      expect(existsSync(join(engine.root, 'lib/volumes', volume, '_data'))).toBe(true);
      await driver.startContainer(id);
      expect((await lab.exec(id, programs.write, '/data/note', 'kept')).exitCode).toBe(0);
      expect(existsSync(join(engine.root, 'lib/volumes', volume, '_data/note'))).toBe(true);
    }
  });

  test('a creation and a prune of images end with the container, or with an error that says why', async () => {
    for (let round = 0; round < 3; round += 1) {
      await engine.image('busybox');
      const creating = lab.create(programs.idle).then(
        (id) => id,
        (error: { readonly code?: string }) => error,
      );
      const filter = { labels: [], withoutLabels: [] };
      await driver.housekeeping.pruneImages({ all: true, filter });
      const made = await creating;
      if (typeof made === 'string') await driver.startContainer(made);
      else expect(made).toMatchObject({ code: 'image.not-found' });
      await lab.clear();
    }
    await engine.image('busybox');
  });

  test('a start and a stop end with what does not run', async () => {
    const id = await lab.create(programs.idle);
    const starting = driver.startContainer(id);
    await driver.stopContainer(id, {});
    await starting;
    await driver.stopContainer(id, {});
    expect((await lab.details(id)).state).not.toBe('running');
  });
});

describe('a port that is taken at a later run', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test('is told, and the container starts once it is free', async () => {
    const net = await lab.network('net');
    const ports = [{ target: 80, protocol: 'tcp', published: '18391', hostIp: '127.0.0.1' }];
    const id = await lab.start(programs.idle, { ...inNetworks(endpoint(net)), ports });
    await driver.stopContainer(id, {});
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(18391, '127.0.0.1', resolve));
    await expect(driver.startContainer(id)).rejects.toMatchObject({ code: 'engine.port-in-use' });
    await new Promise((resolve) => server?.close(resolve));
    await driver.startContainer(id);
    expect((await lab.details(id)).state).toBe('running');
  });
});

describe('runc', () => {
  test('runs a container whose service asks for it', async () => {
    const id = await lab.start(programs.idle, { runtime: 'runc' });
    expect(await lab.exec(id, programs.say, 'out', 'err')).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 0,
    });
    await driver.stopContainer(id, {});
    await driver.startContainer(id);
    await driver.removeContainer(id, { force: true, volumes: true });
    expect(readdirSync(join(engine.root, 'run/crun'))).not.toContain(id);
  });
});

describe('a container that means no good', () => {
  test('makes nobody wait with a pipe in the place of /etc/passwd', async () => {
    const id = await lab.start(programs.idle);
    await (
      await driver.exec(id, sh('rm -f /etc/passwd /etc/group; mkfifo /etc/passwd /etc/group'))
    ).exitCode();
    const session = await driver.exec(id, { ...sh('echo here'), user: '0' });
    expect((await collect(session.output)).stdout).toBe('here\n');
    await driver.stopContainer(id, {});
    await driver.startContainer(id);
  });

  test('keeps nobody waiting with what it leaves in the background', async () => {
    const id = await lab.start(programs.idle);
    const session = await driver.exec(id, sh('sleep 60 & echo done'));
    expect((await collect(session.output)).stdout).toBe('done\n');
    expect(await session.exitCode()).toBe(0);
  });
});

test('a detached command has nobody’s pipes', async () => {
  const id = await lab.start(programs.idle);
  await driver.exec(id, { ...sh('readlink /proc/self/fd/2 > /out; mv /out /where'), detach: true });
  await expect
    .poll(async () => (await lab.exec(id, programs.read, '/where')).stdout, { timeout: 10_000 })
    .toBe('/dev/null\n');
});

test('a detached command that is not there is told', async () => {
  const id = await lab.start(programs.idle);
  await expect(
    driver.exec(id, { ...execSpec(programs.idle), command: ['/no/such/program'], detach: true }),
  ).rejects.toMatchObject({ code: 'engine.request', message: expect.stringContaining('/no/such/program') });
});

test('a signal that stops it keeps a container from being started again by its policy', async () => {
  const id = await lab.start(programs.obedient, { restart: { name: 'always' } });
  await untilSaid(await driver.logs(id, { follow: true }), 'ready');
  await driver.killContainer(id, 'SIGTERM');
  expect(await lab.untilEnded(id)).toMatchObject({ state: 'exited', restartCount: 0 });
});

test('a program whose first thread has ended runs on, and is stopped', async () => {
  // The host's Node in the container: of all programs that tests have, it has threads and calls the kernel by number.
  const host = ['/usr', '/lib', '/lib64', dirname(process.execPath), join(process.cwd(), 'node_modules')];
  const mounts = [...new Set(host)].filter(existsSync).map(readOnlyBind);
  const numbers = JSON.stringify({ x64: 60, arm64: 93 });
  const program = `
const { Worker } = require('node:worker_threads');
new Worker('setInterval(() => require("node:fs").writeSync(1, "still here"), 50)', { eval: true });
const exit = require('koffi').load(null).func('long syscall(long, long)');
setTimeout(() => exit((${numbers})[process.arch], 0), 300);`;
  const id = await lab.start(programs.idle, {
    entrypoint: [process.execPath],
    command: ['-e', program],
    environment: [`NODE_PATH=${join(process.cwd(), 'node_modules')}`],
    mounts,
  });
  const run = readFileSync(join(engine.root, 'lib', 'containers', id, 'run.json'), 'utf8');
  const { pid } = JSON.parse(run).init;
  await expect.poll(() => readStat(pid)).toMatch(/\) Z /);
  await untilSaid(driver.logs(id, { follow: true, tail: 0 }), 'still here');
  await driver.stopContainer(id, { timeoutSeconds: 0 });
  expect((await lab.details(id)).state).toBe('exited');
});

test('what the engine keeps is root’s alone', () => {
  for (const folder of ['lib', 'run']) {
    expect(statSync(join(engine.root, folder)).mode & 0o777).toBe(0o700);
  }
});

test('a volume that is a folder of the host goes without it, also below a root that a link leads to', async () => {
  const mine = join(engine.root, 'mine');
  mkdirSync(mine);
  writeFileSync(join(mine, 'precious'), '');
  const real = join(engine.root, 'real');
  mkdirSync(real);
  symlinkSync(real, join(engine.root, 'link'));
  const linked = nativeEngine(join(engine.root, 'link'));
  const other = createLab(await linked.connect(), await linked.image('busybox'));
  try {
    const name = await other.volume('bound', {
      driver: 'local',
      driverOptions: { type: 'none', o: 'bind', device: mine },
    });
    const id = await other.start(programs.idle, { mounts: [volumeMount('/mine', name)] });
    await other.driver.removeContainer(id, { force: true, volumes: true });
    await other.driver.removeVolume(name);
    expect(existsSync(join(mine, 'precious'))).toBe(true);
  } finally {
    await other.clear();
    await other.driver.close();
    await linked.remove();
  }
});

function readOnlyBind(path: string): MountSpec {
  return { kind: 'bind', source: path, target: path, readOnly: true, createHostPath: false };
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
