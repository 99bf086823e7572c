import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const sleeping = `{image: ${images.busybox}, command: sleep 1000, init: true, volumes: [/scratch]}`;
const file = `services:\n  web: ${sleeping}\n  db: ${sleeping}\n`;

async function states(project: Awaited<ReturnType<typeof engine.project>>) {
  return (await project.containers()).map(({ service, state }) => `${service} ${state}`);
}

describe('kill', () => {
  it('ends what runs at once, or sends another signal, as docker compose does', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project.flotilla(['up', '-d']));
      await succeed(project[tool](['kill', '-s', 'SIGWINCH']));
      expect([tool, ...(await states(project))]).toEqual([tool, 'db running', 'web running']);
      const { stderr } = await succeed(project[tool](['kill', 'web']));
      expect(stderr.replaceAll(project.name, 'shop')).toMatch(/Container shop-web-1 +Killed/);
      expect([tool, ...(await states(project))]).toEqual([tool, 'db running', 'web exited']);
      const [web] = (await project.containers()).filter(({ service }) => service === 'web');
      expect(await engine.docker.inspect(web?.id ?? '')).toMatchObject({ exitCode: 137 });
    }
  });

  it('says when nothing runs', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['create']));
    expect((await succeed(project.flotilla(['kill']))).stderr).toContain('no container to kill');
  });
});

describe('a container of run', () => {
  it('is reached by kill, and by no stop, restart, pause or rm, as with docker compose', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project.flotilla(['up', '-d', 'web']));
      await succeed(project.flotilla(['run', '-d', '--name', `${project.name}-once`, 'web']));
      const afterwards = async (...command: readonly string[]) => {
        await succeed(project[tool](command));
        const found = (await project.containers()).map(({ name, state }) => `${name} ${state}`);
        return [tool, ...command, ...found.map((line) => line.replace(project.name, 'shop')).sort()];
      };
      for (const [state, ...command] of [
        ['paused', 'pause', 'web'],
        ['running', 'unpause', 'web'],
        ['running', 'restart', '-t', '0', 'web'],
        ['exited', 'stop', '-t', '0', 'web'],
        ['running', 'start', 'web'],
      ] as const) {
        const expected = ['shop-once running', `shop-web-1 ${state}`];
        expect(await afterwards(...command)).toEqual([tool, ...command, ...expected]);
      }
      expect((await afterwards('rm', '-fs', 'web')).slice(-1)).toEqual(['shop-once running']);
      expect((await afterwards('kill', 'web')).slice(-1)).toEqual(['shop-once exited']);
      expect((await afterwards('rm', '-f', 'web')).slice(-1)).toEqual(['shop-once exited']);
    }
  });
});

describe('rm', () => {
  it('removes what does not run, and with --stop what runs, as docker compose does', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project.flotilla(['up', '-d']));
      expect((await succeed(project[tool](['rm', '-f']))).stderr).toContain('No stopped containers');
      await succeed(project.flotilla(['stop', '-t', '1', 'web']));
      const { stdout } = await succeed(project[tool](['rm', '-f']));
      expect([tool, stdout.replaceAll(project.name, 'shop').trim()]).toEqual([
        tool,
        'Going to remove shop-web-1',
      ]);
      expect([tool, ...(await states(project))]).toEqual([tool, 'db running']);
      await succeed(project[tool](['rm', '-fsv', 'db']));
      expect([tool, ...(await states(project))]).toEqual([tool]);
    }
  });

  it('asks before, and removes nothing when there is nobody to ask', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['create']));
    const { exitCode, stderr } = await project.flotilla(['rm', 'web']);
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      "error: Going to remove shop-web-1 [run.question]
      hint: Run it in a terminal to answer, or add --force.
      "
    `);
    expect(await states(project)).toEqual(['db created', 'web created']);
    const { stdout } = await succeed(project.flotilla(['--dry-run', 'rm', '-v', 'web']));
    expect(stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  container.remove:shop-web-1  shop-web-1: rm was asked for
      "
    `);
  });
});
