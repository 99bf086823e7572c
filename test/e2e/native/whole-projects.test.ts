import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identify } from '../../../src/runtime/native/system/process-identity.ts';
import { images, useNativeEngine } from '../../support/engine.ts';
import { killed, supervisorOf } from '../../support/native-processes.ts';
import { countTraces } from '../../support/native-traces.ts';
import type { TestProject } from '../../support/project.ts';

const engine = useNativeEngine();
const traces = () => countTraces(engine.root);

const stack = `
services:
  db:
    image: ${images.busybox}
    command: sh -c 'echo ready > /ready; trap "exit 0" TERM; while :; do sleep 0.05; done'
    volumes: [data:/data]
    healthcheck: { test: test -e /ready, interval: 100ms, retries: 50 }
  web:
    image: ${images.busybox}
    command: sh -c 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www'
    ports: ["127.0.0.1::80"]
    stop_grace_period: 1s
    depends_on: { db: { condition: service_healthy } }
    restart: always
volumes:
  data:
`;

describe('a project on the native engine', () => {
  test('comes up, answers, can be looked into and leaves nothing behind', async () => {
    const before = traces();
    const project = await engine.project({ 'compose.yaml': stack });
    expect(await project.flotilla(['up', '-d', '--wait'])).toMatchObject({ exitCode: 0 });
    expect(await (await fetch(await project.url('web', 80))).text()).toBe('hello\n');
    const inside = await project.flotilla(['exec', '-T', 'web', 'wget', '-qO-', 'http://web/']);
    expect(inside.stdout).toBe('hello\n');
    expect((await project.flotilla(['up', '-d'])).stderr).not.toContain('Recreate');
    expect(await project.flotilla(['down', '-v'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
    await expect.poll(traces, { timeout: 10_000 }).toEqual(before);
  });

  test('goes on when its supervisor is killed, and the next look brings a new one', async () => {
    const project = await engine.project({ 'compose.yaml': stack });
    await project.flotilla(['up', '-d', '--wait']);
    const lost = supervisorOf(project.name) ?? 0;
    expect(lost).not.toBe(0);
    killed(lost);
    expect((await project.flotilla(['ps', '--services', '--status', 'running'])).stdout).toBe('db\nweb\n');
    await expect.poll(() => supervisorOf(project.name) ?? lost, { timeout: 20_000 }).not.toBe(lost);
    const web = (await project.containers()).find(({ service }) => service === 'web');
    const run = () =>
      JSON.parse(readFileSync(join(engine.root, 'lib/containers', web?.id ?? '', 'run.json'), 'utf8'));
    killed(run().init.pid);
    await expect.poll(() => run().number, { timeout: 20_000 }).toBe(2);
    expect(await project.flotilla(['down', '-v'])).toMatchObject({ exitCode: 0 });
  });

  test('goes on when its supervisor is killed, and the next end brings a new one', async () => {
    const project = await engine.project({ 'compose.yaml': stack });
    await project.flotilla(['up', '-d', '--wait']);
    const lost = supervisorOf(project.name) ?? 0;
    expect(lost).not.toBe(0);
    const web = (await project.containers()).find(({ service }) => service === 'web');
    const { init } = JSON.parse(
      readFileSync(join(engine.root, 'lib/containers', web?.id ?? '', 'run.json'), 'utf8'),
    );
    // From here on no command, which would bring a supervisor, too.
    killed(lost);
    await expect.poll(() => identify(lost), { timeout: 20_000 }).toBeUndefined();
    killed(init.pid);
    await expect.poll(() => supervisorOf(project.name) ?? lost, { timeout: 20_000 }).not.toBe(lost);
    await expect
      .poll(async () => (await project.containers()).find(({ id }) => id === web?.id)?.state, {
        timeout: 20_000,
      })
      .toBe('running');
    expect(await project.flotilla(['down', '-v'])).toMatchObject({ exitCode: 0 });
  });

  test('converges after its commands were killed at any moment', async () => {
    // The kernel may not be done with the device of the test before.
    await expect.poll(() => traces().links, { timeout: 10_000 }).toBe(0);
    const before = traces();
    const project = await engine.project({ 'compose.yaml': stack });
    for (const delay of [30, 120, 200, 260, 320, 400, 500, 650]) {
      await killedAfter(project, ['up', '-d', '--force-recreate'], delay);
      await killedAfter(project, ['down'], delay);
    }
    expect(await project.flotilla(['up', '-d', '--wait'])).toMatchObject({ exitCode: 0 });
    expect((await project.containers()).map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
      'db running',
      'web running',
    ]);
    expect(await project.flotilla(['down', '-v'])).toMatchObject({ exitCode: 0 });
    await expect.poll(traces, { timeout: 10_000 }).toEqual(before);
  });
});

/** Kills the command after that many milliseconds, unless it has ended by then. */
async function killedAfter(project: TestProject, args: readonly string[], delayMs: number): Promise<void> {
  const running = project.startFlotilla(args);
  const timer = setTimeout(() => running.signal('SIGKILL'), delayMs);
  await running.done;
  clearTimeout(timer);
}
