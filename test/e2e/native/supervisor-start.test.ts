import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { forgetProject, supervisorOf } from '../../../src/runtime/native/supervisor/summon.ts';
import { supervise } from '../../../src/runtime/native/supervisor/supervise.ts';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { identify, type ProcessIdentity } from '../../../src/runtime/native/system/process-identity.ts';
import { images, useNativeEngine } from '../../support/engine.ts';

const engine = useNativeEngine();
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'flotilla-code-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const codeOfSupervisor = (): number | undefined => {
  const [build = ''] = readdirSync(cache);
  return statSync(join(cache, build, 'supervisor'), { throwIfNoEntry: false })?.ino;
};

test('the supervisor keeps what it compiled at its start, and the next one begins with that', async () => {
  const project = await engine.project(
    {
      'compose.yaml': `
services:
  db:
    image: ${images.busybox}
    command: sleep 1000
    stop_grace_period: 0s
    healthcheck: { test: [CMD, "true"], interval: 1s }
  web:
    image: ${images.busybox}
    command: sleep 1000
    stop_grace_period: 0s
    depends_on: { db: { condition: service_healthy } }
`,
    },
    { env: { FLOTILLA_CODE_CACHE: cache } },
  );
  expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
  await expect.poll(codeOfSupervisor, { timeout: 20_000 }).toBeDefined();
  const first = codeOfSupervisor();
  expect(await project.flotilla(['up', '-d', '--force-recreate'])).toMatchObject({ exitCode: 0 });
  expect(await project.flotilla(['down'])).toMatchObject({ exitCode: 0 });
  expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
  expect(codeOfSupervisor()).toBe(first);
  expect((await project.containers()).map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
    'db running',
    'web running',
  ]);
});

test('who closes a project at that moment does not turn its next supervisor away', async () => {
  const root = { lasting: join(cache, 'lib'), volatile: join(cache, 'run'), tag: '0b0b0b0b' };
  for (const folder of ['lib/networks', 'run/networks', 'run/projects', 'lib/containers'])
    mkdirSync(join(cache, folder), { recursive: true });
  const libc = await loadLibc();
  const summoner = spawn('sleep', ['1000']);
  onTestFinished(() => void summoner.kill());
  let isClosing = true;
  const tryFlock = (fd: number): boolean => {
    if (!isClosing) return libc.tryFlock(fd);
    // The other one has the lock, does this and gives it back.
    forgetProject(root, 'shop');
    isClosing = false;
    return false;
  };
  const supervised = supervise({ root, libc: { ...libc, tryFlock } } as never, 'shop', process.pid, {
    inherited: [],
    summoner: identify(summoner.pid ?? 0) as ProcessIdentity,
  });
  await expect.poll(() => supervisorOf(root, 'shop')?.pid, { timeout: 10_000 }).toBe(process.pid);
  summoner.kill();
  await supervised;
  expect(readdirSync(join(cache, 'run/projects'))).toEqual([]);
});
