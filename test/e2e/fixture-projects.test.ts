import { describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';

describe('a fixture project', () => {
  const engine = useEngine();
  const open = (fixture: string) => engine.project({ fixture });

  it('health-chain starts each service when the one before it is healthy', async () => {
    const project = await open('health-chain');
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    const started = new Map<string, string>();
    for (const { id, service } of await project.containers()) {
      started.set(service, (await engine.docker.inspect(id))?.startedAt ?? '');
    }
    const byTime = [...started].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([service]) => service);
    expect(byTime).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('one-shot-jobs serves what its jobs have made', async () => {
    const project = await open('one-shot-jobs');
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    const answer = await fetch(`${await project.url('serve', 80)}/state`);
    expect(await answer.text()).toBe('fetched\ntransformed\n');
  });

  it('failing-job does not start what needs the job', async () => {
    const project = await open('failing-job');
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`service "job" didn't complete successfully: exit 3`);
    expect((await project.flotilla(['logs', '--no-log-prefix', 'job'])).stdout).toBe('no such table\n');
    expect(await states(project)).toEqual({ app: 'created', job: 'exited' });
  });

  it('profiles runs only what is asked for', async () => {
    const project = await open('profiles');
    await project.flotilla(['up', '-d']);
    expect(await states(project)).toEqual({ app: 'running' });
    await project.flotilla(['--profile', 'trace', 'up', '-d']);
    expect(await states(project)).toEqual({ app: 'running', tracer: 'running' });
    expect(await project.flotilla(['--profile', '*', 'down'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
  });

  it('scale gives three replicas one name', async () => {
    const project = await open('scale');
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    const { stdout } = await project.flotilla(['exec', '-T', 'client', 'nslookup', 'web']);
    expect(new Set(stdout.match(/Address[ \d]*: (?!127\.)[\d.]+/g)).size).toBe(3);
  });

  it('crash-on-start fails when what is waited for ends', async () => {
    const project = await open('crash-on-start');
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`container ${project.name}-broken-1 exited (2)`);
    expect(await states(project)).toEqual({ app: 'created', broken: 'exited' });
  });

  it('unhealthy fails with the last words of the health check', async () => {
    const project = await open('unhealthy');
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('connection refused');
  });

  it('stubborn is killed after its grace period', async () => {
    const project = await open('stubborn');
    await project.flotilla(['up', '-d']);
    const { exitCode, durationMs } = await project.flotilla(['down']);
    expect(exitCode).toBe(0);
    expect(durationMs).toBeGreaterThan(1000);
    expect(await project.leftovers()).toEqual([]);
  });

  it('bind-mount shows changes of the folder at once', async () => {
    const project = await open('bind-mount');
    await project.flotilla(['up', '-d']);
    const page = async () => (await fetch(await project.url('web', 80))).text();
    expect(await page()).toBe('from the folder\n');
    project.write('site/index.html', 'changed\n');
    expect(await page()).toBe('changed\n');
  });

  it('tmpfs is as large as it says', async () => {
    const project = await open('tmpfs');
    await project.flotilla(['up', '-d']);
    const write = (kilobytes: number) =>
      project.flotilla([
        'exec',
        '-T',
        'scratch',
        'sh',
        '-c',
        `head -c ${kilobytes}k /dev/zero > /scratch/file`,
      ]);
    expect(await write(900)).toMatchObject({ exitCode: 0 });
    expect(await write(1100)).toMatchObject({ exitCode: 1 });
  });

  it('aliases answers to different names on different networks', async () => {
    const project = await open('aliases');
    await project.flotilla(['up', '-d']);
    const reach = (service: string, name: string) =>
      project.flotilla(['exec', '-T', service, 'wget', '-q', '-O', '/dev/null', `http://${name}/hostname`]);
    expect(await reach('browser', 'www')).toMatchObject({ exitCode: 0 });
    expect(await reach('browser', 'static')).toMatchObject({ exitCode: 0 });
    expect(await reach('backup', 'files')).toMatchObject({ exitCode: 0 });
  });

  it('terminal has one', async () => {
    const project = await open('terminal');
    await project.flotilla(['up', '-d']);
    const { stdout } = await project.flotilla(['exec', '-T', 'shell', 'readlink', '/proc/1/fd/0']);
    expect(stdout).toMatch(/^\/dev\/(pts\/\d+|console)\n$/);
  });

  it('restart gives a flaky service more chances', async () => {
    const project = await open('restart');
    await project.flotilla(['up', '-d']);
    const attempts = () => project.flotilla(['exec', '-T', 'flaky', 'wc', '-l', '/state/attempts']);
    await expect.poll(async () => (await attempts()).stdout, { timeout: 20_000 }).toBe('3 /state/attempts\n');
  });

  it('many-services comes up and goes without a trace', async () => {
    const project = await open('many-services');
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    expect(Object.values(await states(project))).toEqual(Array(30).fill('running'));
    expect(await project.flotilla(['down'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
  });
});

async function states(project: TestProject): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await project.containers()).map(({ service, state }) => [service, state]));
}
