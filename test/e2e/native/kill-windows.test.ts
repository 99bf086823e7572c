import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../src/core/ids.ts';
import { nanoseconds } from '../../../src/core/units.ts';
import type { Driver } from '../../../src/runtime/index.ts';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { identify } from '../../../src/runtime/native/system/process-identity.ts';
import { createLab, type Lab, untilSaid } from '../../contract/lab.ts';
import { programs } from '../../contract/programs.ts';
import { nativeEngine } from '../../support/native-engine.ts';
import { killed, supervisorOf } from '../../support/native-processes.ts';

// What SIGKILL leaves between two system calls, made by hand: kills.test.ts finds such moments only by chance.

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

const patience = { timeout: 15_000 };
const lasting = (id: string, file: string): string => join(engine.root, 'lib/containers', id, file);
const volatile = (id: string, file: string): string => join(engine.root, 'run/containers', id, file);
const ofProject = (ending: string): string => join(engine.root, 'run/projects', `${lab.project}.${ending}`);
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** It passes as soon as a supervisor is at work. */
const healthcheck = { kind: 'probe', test: ['CMD', 'true'] } as const;

/** sys/stat.h: S_IFIFO, for its owner. */
const fifo = 0o010600;

/** A process that is over. */
const dead = '4194304\n1\n';

async function prepared(id: ContainerId) {
  await expect.poll(() => existsSync(volatile(id, 'prepared.json')), patience).toBe(true);
  return json(volatile(id, 'prepared.json'));
}

describe('a container whose start was noted and whose program could not begin any more', () => {
  test('begins when a supervisor comes', async () => {
    const id = await lab.create(programs.say, { args: ['out', 'err'] });
    const { init, monitor } = await prepared(id);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const run = { number: 1, startedAt: '1700000000000000000', init, monitor, boot };
    writeFileSync(lasting(id, 'run.json'), `${JSON.stringify(run)}\n`);
    await lab.snapshot();
    expect(await lab.untilEnded(id)).toMatchObject({ state: 'exited', exitCode: 0 });
  });
});

describe('a program whose start was told to it', () => {
  test('has begun, also when the pipe was left that tells so', async () => {
    const id = await lab.create(programs.idle);
    await prepared(id);
    const pipe = join(engine.root, 'run/crun', id, 'exec.fifo');
    await driver.startContainer(id);
    (await loadLibc()).mknod(pipe, fifo, 0);
    await driver.startContainer(id);
    expect(existsSync(pipe)).toBe(false);
    expect(json(lasting(id, 'run.json')).number).toBe(1);
  });
});

describe('what is told late of a run that has ended', () => {
  test('does not end the probing of the next one', async () => {
    const id = await lab.start(programs.idle, {
      healthcheck: {
        kind: 'probe',
        test: ['CMD-SHELL', 'test -e /up'],
        interval: nanoseconds(100e6),
        retries: 1000,
      },
    });
    await expect.poll(async () => (await lab.details(id)).probes.length, patience).toBeGreaterThan(0);
    const line = { action: 'die', container: id, exitCode: 137, time: '1700000000000000000' };
    appendFileSync(ofProject('events'), `${JSON.stringify(line)}\n`);
    await lab.exec(id, programs.write, '/up', '');
    await expect.poll(async () => (await lab.details(id)).health, patience).toBe('healthy');
  });

  test('does not end the next one', async () => {
    const id = await lab.create(programs.idle);
    const { monitor } = await prepared(id);
    process.kill(monitor.pid, 'SIGSTOP');
    try {
      rmSync(volatile(id, 'prepared.json'));
      await driver.startContainer(id);
    } finally {
      process.kill(monitor.pid, 'SIGCONT');
    }
    await expect.poll(() => identify(monitor.pid)?.began === monitor.began, patience).toBe(false);
    expect(await lab.details(id)).toMatchObject({ state: 'running' });
  });
});

describe('an end of which nobody could tell any more', () => {
  async function endUntold(id: ContainerId): Promise<void> {
    // One that comes now would find it.
    await lab.until(id, ({ health }) => health === 'healthy');
    const { init, monitor } = json(lasting(id, 'run.json'));
    const exit = { number: 1, exitCode: 137, finishedAt: `${Date.now()}000000`, oomKilled: false };
    writeFileSync(lasting(id, 'exit.json'), JSON.stringify(exit));
    for (const { pid } of [monitor, init]) killed(pid);
  }

  test('is followed by the next run that its policy asks for', async () => {
    const id = await lab.start(programs.idle, { healthcheck, restart: { name: 'always' } });
    await endUntold(id);
    await expect.poll(() => json(lasting(id, 'run.json')).number, patience).toBe(2);
  });

  test('is followed by the removal of what shall not stay', async () => {
    const id = await lab.start(programs.idle, { healthcheck, autoRemove: true });
    await endUntold(id);
    await expect.poll(() => existsSync(lasting(id, 'record.json')), patience).toBe(false);
  });
});

describe('a stop that was killed', () => {
  const cutShort = (id: string): void =>
    writeFileSync(lasting(id, 'stopped'), dead.trim().replace('\n', ' '));

  test('is brought to its end before the container starts again', async () => {
    const id = await lab.start(programs.obedient, { restart: { name: 'always' } });
    await untilSaid(await driver.logs(id, { follow: true }), 'ready');
    cutShort(id);
    expect(await lab.observe(id)).toMatchObject({ state: 'running', isStopCutShort: true });
    await driver.startContainer(id);
    expect(json(lasting(id, 'run.json')).number).toBe(2);
    expect(json(lasting(id, 'exit.json'))).toMatchObject({ number: 1, exitCode: 0 });
    expect(existsSync(lasting(id, 'stopped'))).toBe(false);
    expect((await lab.observe(id)).isStopCutShort).toBeUndefined();
  });

  test('is cut short, too, when its caller gave up', async () => {
    const id = await lab.start(programs.stubborn);
    const caller = new AbortController();
    const stopping = driver.stopContainer(id, { timeoutSeconds: -1 }, caller.signal);
    await expect.poll(() => existsSync(lasting(id, 'stopped')), patience).toBe(true);
    expect((await lab.observe(id)).isStopCutShort).toBeUndefined();
    caller.abort(new Error('enough'));
    await expect(stopping).rejects.toThrow('enough');
    await expect.poll(async () => (await lab.observe(id)).isStopCutShort, patience).toBe(true);
    await driver.killContainer(id, 'SIGKILL');
    expect((await lab.observe(id)).state).toBe('exited');
  });
});

describe('a supervisor', () => {
  test('says again that it is there when another one, which left it the work, was noted last', async () => {
    const id = await lab.start(programs.idle, { healthcheck });
    const said = (): number => Number(readFileSync(ofProject('supervisor'), 'utf8').split('\n')[0]);
    // It is at work, and has said so.
    await lab.until(id, ({ health }) => health === 'healthy');
    expect(said()).toBe(supervisorOf(lab.project));
    writeFileSync(ofProject('supervisor'), dead);
    await expect.poll(said, patience).toBe(supervisorOf(lab.project));
  });
});
