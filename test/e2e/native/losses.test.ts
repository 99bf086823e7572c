import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { killed, supervisorOf } from '../../support/native-processes.ts';
import type { TestProject } from '../../support/project.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

const polite = `sh -c "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"`;
const two = {
  'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    command: ${polite}
    depends_on: { db: { condition: service_healthy } }
  db:
    image: ${images.busybox}
    command: ${polite}
    healthcheck: { test: test -e /tmp/good, interval: 100ms, retries: 100000 }
`,
};
const one = { 'compose.yaml': `services:\n  web:\n    image: ${images.busybox}\n    command: ${polite}\n` };

function loseSupervisor({ name }: TestProject): void {
  const supervisor = supervisorOf(name);
  expect(supervisor).toBeDefined();
  killed(supervisor ?? 0);
}

describe('a supervisor that is killed', () => {
  test('in the middle of up -d: the next up goes on', async () => {
    const project = await engine.project(two);
    const up = project.startFlotilla(['up', '-d']);
    await up.output(/db-1 {2}Waiting/);
    loseSupervisor(project);
    up.signal('SIGKILL');
    await up.done;
    await succeed(project.flotilla(['exec', '-T', 'db', 'touch', '/tmp/good']));
    await succeed(project.flotilla(['up', '-d', '--wait']));
    expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
      'db running',
      'web running',
    ]);
  });

  test('while up -d waits for health has a successor, and up goes on', async () => {
    const file = two['compose.yaml'].replace('test -e /tmp/good', 'test -e /signs/good');
    const project = await engine.project({
      'compose.yaml': file.replace('  db:\n', '  db:\n    volumes: [./signs:/signs]\n'),
    });
    const up = project.startFlotilla(['up', '-d']);
    await up.output(/db-1 {2}Waiting/);
    loseSupervisor(project);
    writeFileSync(join(project.folder, 'signs/good'), '');
    expect((await up.done).exitCode).toBe(0);
    expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
      'db running',
      'web running',
    ]);
  });

  test.each([
    ['up in the foreground', ['up'], /web-1 +\| ready/, 130],
    ['logs -f', ['logs', '-f'], /web-1 +\| ready/, 0],
    ['exec', ['exec', '-T', 'web', 'sh', '-c', 'echo inside; read line'], /inside/, 0],
  ])('in the middle of %s is not noticed', async (_, args, sign, exitCode) => {
    const project = await engine.project(one);
    if (args[0] !== 'up') await succeed(project.flotilla(['up', '-d']));
    const running = project.startFlotilla(args, { input: '' });
    await running.output(sign);
    loseSupervisor(project);
    if (args[0] === 'exec') running.type('go on\n');
    else if (args[0] === 'up') running.signal('SIGINT');
    else await succeed(project.flotilla(['stop']));
    expect((await running.done).exitCode).toBe(exitCode);
    await succeed(project.flotilla(['down', '-t', '0']));
    expect(await project.leftovers()).toEqual([]);
  });
});

describe('a full disk', () => {
  const small = join(engine.root, 'lib');
  const ballast = join(small, 'ballast');

  afterAll(() => execFileSync('umount', ['-l', small]));

  test('that keeps a container from being made is told, and the next up goes on', async () => {
    mkdirSync(small, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'flotilla-small', small]);
    const project = await engine.project(one);
    await succeed(project.flotilla(['create']));
    await succeed(project.flotilla(['down']));
    fill();
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: .*no space left on device.*\[engine\.disk-full\]\nhint: Free space/m);
    rmSync(ballast);
    await succeed(project.flotilla(['up', '-d']));
    await succeed(project.flotilla(['down', '-t', '0']));
    expect(await project.leftovers()).toEqual([]);
  });

  function fill(): void {
    expect(() => writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024))).toThrow('ENOSPC');
  }
});
