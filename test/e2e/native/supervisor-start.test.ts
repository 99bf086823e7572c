import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
