import { describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { composeFile, polite, states } from './foreground-lines.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const shop = () =>
  composeFile({
    web: { command: polite, rest: '    depends_on: {db: {condition: service_healthy, restart: true}}\n' },
    db: { command: polite, rest: `    healthcheck: {test: 'true', interval: 100ms}\n` },
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
});
