import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  db: {image: ${images.busybox}, init: true, command: sleep 1000}
  web: {image: ${images.busybox}, init: true, command: sleep 1000, depends_on: [db]}
`;

async function states(project: TestProject): Promise<readonly string[]> {
  return (await project.containers()).map(
    ({ name, state }) => `${name.replace(`${project.name}-`, '')} ${state}`,
  );
}

describe('create', () => {
  it('makes containers and starts none, as docker compose does', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project[tool](['create', '--scale', 'web=2']));
      expect([tool, ...(await states(project))]).toEqual([
        tool,
        'db-1 created',
        'web-1 created',
        'web-2 created',
      ]);
      await succeed(project.flotilla(['start']));
      expect(await states(project)).toEqual(['db-1 running', 'web-1 running', 'web-2 running']);
    }
  });

  it('makes the named services and what they depend on, and recreates when asked to', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['create', 'web']));
    const before = (await project.containers()).map(({ id }) => id);
    await succeed(project.flotilla(['create']));
    expect((await project.containers()).map(({ id }) => id)).toEqual(before);
    await succeed(project.flotilla(['create', '--force-recreate', 'db']));
    expect((await project.containers()).map(({ id }) => id)).not.toEqual(before);
  });

  it('refuses flags that contradict each other', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    for (const flags of [
      ['--build', '--no-build'],
      ['--force-recreate', '--no-recreate'],
    ]) {
      const { exitCode, stderr } = await project.flotilla(['create', ...flags]);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('incompatible')]);
    }
    expect(await project.leftovers()).toEqual([]);
  });
});

describe('scale', () => {
  it('brings services to a number of containers, as docker compose does', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project[tool](['scale', 'web=3']));
      const three = ['db-1 running', 'web-1 running', 'web-2 running', 'web-3 running'];
      expect([tool, ...(await states(project))]).toEqual([tool, ...three]);
      await succeed(project[tool](['scale', 'web=1', 'db=0']));
      expect([tool, ...(await states(project))]).toEqual([tool, 'web-1 running']);
    }
  });

  it('leaves what the services depend on alone with --no-deps, and shows its plan with --dry-run', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const { stdout } = await succeed(project.flotilla(['--dry-run', 'scale', 'web=1']));
    expect(stdout).toContain('DRY-RUN MODE -  container.create:db/1');
    expect(await project.leftovers()).toEqual([]);
    await succeed(project.flotilla(['scale', '--no-deps', 'web=1']));
    expect(await states(project)).toEqual(['web-1 running']);
  });

  it('says what a scale looks like, and what services there are', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const wrong = async (word: string) => (await project.flotilla(['scale', word])).stderr;
    expect(await wrong('web')).toMatchInlineSnapshot(`
      "error: invalid scale specifier: "web"
      hint: Write the service and how many containers it shall have: flotilla scale web=3
      "
    `);
    expect(await wrong('web=many')).toContain('invalid scale specifier: "web=many"');
    expect(await wrong('wbe=2')).toContain('no such service: wbe');
  });
});
