import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const counting = `{image: ${images.busybox}, command: sh -c "while :; do echo tick; sleep 0.05; done", init: true}`;
const file = `services:\n  web: ${counting}\n  db: ${counting}\n  spare: {image: ${images.busybox}, profiles: [more]}\n`;

type Project = Awaited<ReturnType<typeof engine.project>>;

async function states(project: Project) {
  return (await project.containers()).map(({ service, state }) => `${service} ${state}`);
}

describe('pause and unpause', () => {
  it('hold containers still and let them go on, as docker compose does', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project.flotilla(['up', '-d']));
      const { stderr, stdout } = await succeed(project[tool](['pause', 'web']));
      expect([tool, stdout, stderr.replaceAll(project.name, 'shop')]).toEqual([
        tool,
        '',
        expect.stringMatching(/Container shop-web-1 +Paused/),
      ]);
      expect([tool, ...(await states(project))]).toEqual([tool, 'db running', 'web paused']);
      const unpaused = await succeed(project[tool](['unpause', 'web']));
      expect(unpaused.stderr.replaceAll(project.name, 'shop')).toMatch(/Container shop-web-1 +Unpaused/);
      await succeed(project[tool](['pause']));
      expect([tool, ...(await states(project))]).toEqual([tool, 'db paused', 'web paused']);
      await succeed(project[tool](['unpause']));
      expect([tool, ...(await states(project))]).toEqual([tool, 'db running', 'web running']);
      await succeed(project[tool](['pause', 'spare']));
    }
  });

  it('write nothing more while they are paused, and go on where they were', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'web']));
    const ticks = async () => (await project.flotilla(['logs', '--no-log-prefix', 'web'])).stdout.length;
    await expect.poll(ticks).toBeGreaterThan(0);
    await succeed(project.flotilla(['pause']));
    const before = await ticks();
    expect((await project.flotilla(['exec', '-T', 'web', 'true'])).exitCode).not.toBe(0);
    expect(await ticks()).toBe(before);
    await succeed(project.flotilla(['unpause']));
    await expect.poll(ticks).toBeGreaterThan(before);
  });

  it('leave alone what is so already, and say when there is nothing', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    expect((await succeed(project.flotilla(['unpause']))).stderr).toContain('no container to unpause');
    expect(await project.flotilla(['pause', 'nope'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no such service: nope'),
    });
    await succeed(project.flotilla(['pause', 'web']));
    const preview = await succeed(project.flotilla(['--dry-run', 'pause']));
    expect(preview.stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  container.pause:shop-db-1  shop-db-1: pause was asked for (failure tolerated)
      "
    `);
    await succeed(project.flotilla(['pause']));
    expect(await states(project)).toEqual(['db paused', 'web paused']);
    expect((await succeed(project.flotilla(['pause']))).stderr).toContain('no container to pause');
    await succeed(project.flotilla(['down', '-t', '1']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('need no file', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    const elsewhere = { cwd: '/' };
    await succeed(project.flotilla(['-p', project.name, 'pause'], elsewhere));
    expect(await states(project)).toEqual(['db paused', 'web paused']);
    await succeed(project.flotilla(['-p', project.name, 'unpause', 'db'], elsewhere));
    expect(await states(project)).toEqual(['db running', 'web paused']);
  });
});
