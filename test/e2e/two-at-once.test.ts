import { describe, expect, it } from 'vitest';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const file = `
services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000}
  api: {image: ${images.busybox}, init: true, command: sleep 1000}
`;

onlyOnDocker('an engine that lets two networks have one name', () => {
  describe('two networks of one name, as old engines let a race make them', () => {
    const engine = useEngine();

    const jammed = async () => {
      const project = await engine.project({ 'compose.yaml': file });
      await succeed(project.flotilla(['up', '-d', '--no-start']));
      const network = (await engine.docker.call('GET', `/networks/${project.name}_default`)) as {
        readonly Name: string;
        readonly Labels: Readonly<Record<string, string>>;
      };
      await engine.docker.call('POST', '/networks/create', {
        Name: network.Name,
        Labels: network.Labels,
        CheckDuplicate: false,
      });
      return project;
    };

    it('are both taken away by down', async () => {
      const project = await jammed();
      await succeed(project.flotilla(['down']));
      expect(await project.leftovers()).toEqual([]);
    });

    it('are made one by the next up', async () => {
      const project = await jammed();
      await succeed(project.flotilla(['up', '-d', '--wait']));
      expect(await engine.docker.networks(project.name)).toEqual([`${project.name}_default`]);
      expect((await project.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
    });

    it('leave a project that the next up mends when two commands ran at once on two machines', async () => {
      const project = await engine.project({ 'compose.yaml': file });
      // Each under a name of its own for the engine, as from two machines, so that they do not queue.
      const host = engine.host.replace('unix://', 'unix:///.');
      await Promise.all([
        project.flotilla(['up', '-d']),
        project.flotilla(['up', '-d'], { env: { DOCKER_HOST: host } }),
      ]);
      await succeed(project.flotilla(['up', '-d', '--wait']));
      expect(await engine.docker.networks(project.name)).toEqual([`${project.name}_default`]);
      expect((await project.containers()).map(({ name }) => name)).toEqual([
        `${project.name}-api-1`,
        `${project.name}-web-1`,
      ]);
      await succeed(project.flotilla(['down']));
      expect(await project.leftovers()).toEqual([]);
    });
  });
});
describe('two commands on one project', () => {
  const engine = useEngine();

  it('queue: the second waits for the first, says so, and finds its work done', async () => {
    const project = await engine.project({ 'compose.yaml': slow });
    const first = project.startFlotilla(['--progress', 'plain', 'up', '-d']);
    await first.output(/Container \S+-web-1 +Started/);
    const second = project.startFlotilla(['--progress', 'plain', 'up', '-d']);
    await second.output(/Waiting for "flotilla up" \(pid \d+\), which is at work on this project/);
    await getHealthy(project);
    expect((await first.done).exitCode).toBe(0);
    const { exitCode, stderr } = await second.done;
    expect(exitCode).toBe(0);
    expect(stderr).not.toMatch(/Creat|Starting/);
    await succeed(project.flotilla(['down']));
  });

  it('that want different things leave what one of them wanted, whole', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const wanted = ['web=1', 'web=3', 'web=2'];
    await Promise.all(wanted.map((scale) => succeed(project.flotilla(['up', '-d', '--scale', scale]))));
    const containers = await project.containers();
    const replicas = containers.filter(({ service }) => service === 'web').length;
    expect(wanted).toContain(`web=${replicas}`);
    expect(containers.map(({ state }) => state)).toEqual(Array(1 + replicas).fill('running'));
    await succeed(project.flotilla(['up', '-d', '--scale', `web=${replicas}`]));
    expect((await project.containers()).map(({ id }) => id)).toEqual(containers.map(({ id }) => id));
  });

  it('need not wait for each other when the first is killed', async () => {
    const project = await engine.project({ 'compose.yaml': slow });
    const first = project.startFlotilla(['--progress', 'plain', 'up', '-d']);
    await first.output(/Container \S+-web-1 +Started/);
    const second = project.startFlotilla(['--progress', 'plain', 'down']);
    await second.output(/Waiting for "flotilla up"/);
    first.signal('SIGKILL');
    await first.done;
    expect((await second.done).exitCode).toBe(0);
    expect(await project.leftovers()).toEqual([]);
  });

  it('give up when that takes too long', async () => {
    const project = await engine.project({ 'compose.yaml': slow });
    const first = project.startFlotilla(['--progress', 'plain', 'up', '-d']);
    await first.output(/Container \S+-web-1 +Started/);
    const second = await project.flotilla(['down'], { env: { FLOTILLA_LOCK_TIMEOUT: '0' } });
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(
      /"flotilla up" \(pid \d+\) is still at work on project "\w+" \[run.locked\]/,
    );
    await getHealthy(project);
    expect((await first.done).exitCode).toBe(0);
  });

  it('are not in the way of a foreground run that only follows its containers', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const first = project.startFlotilla(['up']);
    await first.output(/Attaching to/);
    await succeed(project.flotilla(['up', '-d', '--wait']));
    await succeed(project.flotilla(['down']));
    await first.done;
    expect(await project.leftovers()).toEqual([]);
  });
});

/** `api` starts when `web` is healthy, which `getHealthy` makes it. */
const slow = `
services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000, healthcheck: {test: test -e /up, interval: 200ms, retries: 1000}}
  api: {image: ${images.busybox}, init: true, command: sleep 1000, depends_on: {web: {condition: service_healthy}}}
`;

async function getHealthy(project: TestProject): Promise<void> {
  await succeed(project.flotilla(['exec', '-T', 'web', 'touch', '/up']));
}
