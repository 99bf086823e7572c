import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { images, useNativeEngine } from '../../support/engine.ts';
import { killed, monitorsOf, supervisorOf } from '../../support/native-processes.ts';
import { countTraces, forgottenByKernel } from '../../support/native-traces.ts';
import type { TestProject } from '../../support/project.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();
const traces = () => countTraces(engine.root);

const polite = `sh -c 'trap "exit 0" TERM; echo again >> /log; while :; do sleep 0.05; done'`;
const stack = `
services:
  db:
    image: ${images.busybox}
    command: ${polite}
    volumes: [data:/data, /anonymous, bound:/bound, memory:/memory]
    restart: always
  web:
    image: ${images.busybox}
    command: ${polite}
    ports: ["127.0.0.1:18261:80"]
    depends_on: [db]
volumes:
  data: {}
  bound: { driver_opts: { type: none, o: bind, device: "\${PWD}/folder" } }
  memory: { driver_opts: { type: tmpfs, device: tmpfs, o: size=1m } }
`;

/**
 * What a reboot takes: processes, mounts, control groups, devices, rules, and what is in memory. The runs that were noted
 * are of another boot then.
 */
async function reboot(project: TestProject): Promise<void> {
  const watchers = () => [supervisorOf(project.name) ?? [], monitorsOf(engine.root)].flat();
  // Before the containers: nobody shall note their ends. A supervisor that was late takes the place of a killed one.
  const kill = () => {
    const found = watchers();
    for (const watcher of found) killed(watcher);
    return found;
  };
  await expect.poll(kill, { timeout: 10_000 }).toEqual([]);
  const folder = join(engine.root, 'lib/containers');
  for (const id of readdirSync(folder)) {
    const file = join(folder, id, 'run.json');
    const run = JSON.parse(readFileSync(file, 'utf8'));
    killed(run.init.pid);
    writeFileSync(file, JSON.stringify({ ...run, boot: 'the one before' }));
  }
  const libc = await loadLibc();
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${engine.root}/`));
  for (const path of mounts.toReversed()) libc.unmount(path, 2);
  await expect.poll(() => forgottenByKernel(engine.root), { timeout: 10_000 }).toBe(true);
}

describe('after a reboot', () => {
  let project: TestProject;
  let before: readonly string[];

  beforeEach(async () => {
    project = await engine.project({ 'compose.yaml': stack, 'folder/keep': '' });
    await succeed(project.flotilla(['up', '-d']));
    const words = 'for f in /data /anonymous /bound /memory; do echo kept > $f/word; done';
    await succeed(project.flotilla(['exec', '-T', 'db', 'sh', '-c', words]));
    before = await ids();
    await reboot(project);
  });

  const states = async () =>
    (await project.containers()).map(({ service, state, status }) => `${service} ${state} ${status}`);
  const ids = async () => (await project.containers()).map(({ id }) => id);
  const words = async () =>
    (
      await succeed(
        project.flotilla(['exec', '-T', 'db', 'sh', '-c', 'cat /data/word /anonymous/word /bound/word']),
      )
    ).stdout;

  test('ps shows that nothing runs, and nobody starts it by itself', async () => {
    const { stdout } = await succeed(
      project.flotilla(['ps', '-a', '--format', '{{.Service}} {{.State}} {{.ExitCode}}']),
    );
    expect(stdout).toBe('db exited 255\nweb exited 255\n');
    expect((await succeed(project.flotilla(['ps', '-q']))).stdout).toBe('');
    expect((await succeed(project.flotilla(['logs', '--no-color', 'db']))).stdout).toBe('');
    expect(await states()).toEqual([
      expect.stringMatching(/^db exited Exited \(255\)/),
      expect.stringMatching(/^web exited Exited \(255\)/),
    ]);
  });

  test.each([[['up', '-d', '--wait']], [['start']], [['restart']]])(
    '%j brings back the same containers, with their networks, ports and volumes',
    async (command) => {
      await succeed(project.flotilla(command));
      expect(await ids()).toEqual(before);
      expect((await project.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
      expect(await words()).toBe('kept\nkept\nkept\n');
      // What was in memory is gone; the container itself is not.
      expect((await project.flotilla(['exec', '-T', 'db', 'cat', '/memory/word'])).exitCode).toBe(1);
      expect((await succeed(project.flotilla(['exec', '-T', 'db', 'cat', '/log']))).stdout).toBe(
        'again\nagain\n',
      );
      expect(
        await (await succeed(project.flotilla(['exec', '-T', 'web', 'nslookup', 'db']))).stdout,
      ).toContain('Name:');
      const [, web] = await project.containers();
      expect(web?.ports).toMatchObject([{ published: 18261, target: 80 }]);
    },
  );

  test('files are copied from and to what has not been started again, and it is exported', async () => {
    // It needs less than the copies, and must not keep from them what it does not need.
    await succeed(project.flotilla(['export', '-o', 'own.tar', 'db']));
    const log = project.inShell('"$@" | tar xO', ['cp', 'db:/log', '-']);
    expect((await succeed(log)).stdout).toBe('again\n');
    const bound = project.inShell('"$@" | tar xO', ['cp', 'db:/bound/word', '-']);
    expect((await succeed(bound)).stdout).toBe('kept\n');
    await succeed(project.flotilla(['cp', 'compose.yaml', 'db:/put']));
    const exported = project.inShell('"$@" | tar xO log put', ['export', 'db']);
    expect((await succeed(exported)).stdout).toBe(`again\n${stack}`);
    await succeed(project.flotilla(['start', 'db']));
    expect((await succeed(project.flotilla(['exec', '-T', 'db', 'cat', '/put']))).stdout).toBe(stack);
  });

  test('down takes away what is left, and the named volumes only when it is asked to', async () => {
    await succeed(project.flotilla(['down']));
    const volumes = ['bound', 'data', 'memory'].map((name) => `volume ${project.name}_${name}`);
    expect(await project.leftovers()).toEqual(volumes);
    await succeed(project.flotilla(['up', '-d']));
    expect((await succeed(project.flotilla(['exec', '-T', 'db', 'cat', '/data/word']))).stdout).toBe(
      'kept\n',
    );
    await reboot(project);
    await succeed(project.flotilla(['down', '-v']));
    expect(await project.leftovers()).toEqual([]);
    const nothing = {
      mounts: [],
      monitors: 0,
      runtimes: 0,
      supervisors: 0,
      groups: 0,
      processes: 0,
      links: 0,
    };
    await expect.poll(traces, { timeout: 10_000 }).toMatchObject({ ...nothing, tables: 0, rules: 0 });
  });
});
