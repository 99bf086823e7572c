import { describe, expect, it } from 'vitest';
import { healthySoon, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { composeFile, polite, states } from './foreground-lines.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const shop = () =>
  composeFile({
    web: { command: polite, rest: '    depends_on: {db: {condition: service_healthy, restart: true}}\n' },
    db: { command: polite, rest: `    ${healthySoon}\n` },
    other: polite,
  });

async function started(project: TestProject): Promise<Record<string, string>> {
  const found = await project.containers();
  const details = await Promise.all(found.map(({ id }) => engine.docker.inspect(id)));
  return Object.fromEntries(found.map(({ service }, index) => [service, details[index]?.startedAt ?? '']));
}

describe('stop and start', () => {
  it('stop what is named, start it with what it depends on, and docker compose sees the same', async () => {
    const project = await engine.project(shop());
    await succeed(project.flotilla(['up', '-d']));
    await succeed(project.flotilla(['stop', 'db']));
    expect(await states(project)).toMatchObject({ db: 'Exited (0)', web: 'running', other: 'running' });
    await succeed(project.flotilla(['stop']));
    expect(new Set(Object.values(await states(project)))).toEqual(new Set(['Exited (0)']));
    await succeed(project.flotilla(['start', '--wait', 'web']));
    expect(await states(project)).toEqual({ db: 'running', web: 'running', other: 'Exited (0)' });
    const times = await started(project);
    expect(Date.parse(times['db'] ?? '')).toBeLessThan(Date.parse(times['web'] ?? ''));
    await succeed(project[engine.otherTool](['start']));
    expect(new Set(Object.values(await states(project)))).toEqual(new Set(['running']));
  });

  it('work without a file, by the labels', async () => {
    const project = await engine.project(shop());
    await succeed(project.flotilla(['up', '-d']));
    const elsewhere = { cwd: '/' };
    await succeed(project.flotilla(['stop'], elsewhere));
    await succeed(project.flotilla(['start', 'web'], elsewhere));
    expect(await states(project)).toEqual({ db: 'running', web: 'running', other: 'Exited (0)' });
  });

  it('say what does not exist', async () => {
    const project = await engine.project(shop());
    expect(await project.flotilla(['stop', 'nope'])).toMatchObject({ exitCode: 1 });
    const { exitCode, stderr } = await project.flotilla(['start', 'db']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('service "db" has no container to start');
  });
});

describe('restart', () => {
  it('restarts what is named and who asks for it, and nothing else', async () => {
    const project = await engine.project(shop());
    await succeed(project.flotilla(['up', '-d']));
    const before = await started(project);
    await succeed(project.flotilla(['restart', 'db']));
    const after = await started(project);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(['db', 'web']);
    expect(Date.parse(after['db'] ?? '')).toBeLessThan(Date.parse(after['web'] ?? ''));
    await succeed(project.flotilla(['restart', '--no-deps', 'db']));
    expect((await started(project))['web']).toBe(after['web']);
  });

  it('runs a migration again only when its database is ready again, and starts the others after it', async () => {
    // It answers from a while after its start until it is told to stop, which takes it a while.
    const database = `sh -c "trap 'rm /shared/up; sleep 1; exit 0' TERM; rm -f /shared/up; sleep 0.5; touch /shared/up; while :; do sleep 0.05; done"`;
    const needs = (condition: string) => `    depends_on: {${condition}}\n    volumes: [shared:/shared]\n`;
    const { 'compose.yaml': text = '' } = composeFile({
      db: {
        command: database,
        rest: "    healthcheck: {test: 'test -e /shared/up', interval: 100ms, retries: 100}\n    volumes: [shared:/shared]\n",
      },
      migrate: { command: 'test -e /shared/up', rest: needs('db: {condition: service_healthy}') },
      api: {
        command: 'sh -c "test -e /shared/up && exec sleep 1000"',
        rest: `    init: true\n${needs('db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}')}`,
      },
    });
    const project = await engine.project({ 'compose.yaml': `${text}volumes: {shared: null}\n` });
    await succeed(project.flotilla(['up', '-d']));
    for (const args of [[], ['--no-deps', 'api', 'migrate', 'db']]) {
      const before = await started(project);
      await succeed(project.flotilla(['restart', ...args]));
      expect(await states(project)).toEqual({ db: 'running', migrate: 'Exited (0)', api: 'running' });
      const after = await started(project);
      expect(Object.keys(after).filter((name) => after[name] === before[name])).toEqual([]);
      const order = Object.keys(after).sort(
        (a, b) => Date.parse(after[a] ?? '') - Date.parse(after[b] ?? ''),
      );
      expect(order).toEqual(['db', 'migrate', 'api']);
    }
  });
});
