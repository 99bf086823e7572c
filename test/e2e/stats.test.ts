import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  web: {image: ${images.busybox}, command: sh -c "while :; do :; done", mem_limit: 64m, stop_grace_period: 0s}
  two: {image: ${images.busybox}, command: sleep 1003, scale: 2, stop_grace_period: 0s}
  ended: {image: ${images.busybox}, command: "true"}
`;

type Row = Readonly<
  Record<
    'BlockIO' | 'CPUPerc' | 'Container' | 'ID' | 'MemPerc' | 'MemUsage' | 'Name' | 'NetIO' | 'PIDs',
    string
  >
>;

/** In the order of names: docker's is that of their creation. */
function parse(text: string): readonly Row[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
    .sort((left, right) => (left.Name < right.Name ? -1 : 1));
}

/** Without what differs from second to second. */
function steady(rows: readonly Row[]): readonly object[] {
  return rows.map(({ CPUPerc: _, MemPerc: __, NetIO: ___, MemUsage: memory, ...rest }) => ({
    ...rest,
    limit: memory.split(' / ')[1],
  }));
}

describe('stats', () => {
  it('shows once what containers take of the machine, as docker compose does', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    const once = ['stats', '--no-stream', '--format', 'json'];
    const rows = parse((await succeed(project.flotilla(once))).stdout);
    const names = ['two-1', 'two-2', 'web-1'].map((name) => `${project.name}-${name}`);
    expect(rows.map(({ Name: name }) => name)).toEqual(names);
    const [idle, , busy] = rows;
    expect(Number.parseFloat(busy?.CPUPerc ?? '')).toBeGreaterThan(Number.parseFloat(idle?.CPUPerc ?? ''));
    expect(busy).toMatchObject({ MemUsage: expect.stringMatching(/^\d[\d.]*[KM]iB \/ 64MiB$/), PIDs: '1' });
    expect(idle?.MemUsage).toMatch(/^\d[\d.]*[KM]iB \/ \d[\d.]*GiB$/);
    await project.composeToo(once, (theirs) => expect(steady(parse(theirs.stdout))).toEqual(steady(rows)));

    const all = parse((await succeed(project.flotilla([...once, '-a']))).stdout);
    expect(all.find(({ Name: name }) => name.includes('ended'))).toMatchObject({
      CPUPerc: '0.00%',
      MemUsage: '0B / 0B',
      PIDs: '0',
    });
    await project.composeToo([...once, '-a'], (theirs) =>
      expect(steady(parse(theirs.stdout))).toEqual(steady(all)),
    );
    const table = (await succeed(project.flotilla(['stats', '--no-stream', '--no-trunc', 'two']))).stdout;
    const titles = /^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS\n/;
    expect(table).toMatch(titles);
    expect(table.match(/^[0-9a-f]{64} {3}/gm)).toHaveLength(2);
    await project.composeToo(['stats', '--no-stream', '--no-trunc', 'two'], ({ stdout }) => {
      expect(stdout).toMatch(titles);
      expect(stdout.match(/^[0-9a-f]{64} {3}/gm)).toHaveLength(2);
    });
  });

  it('counts what goes over the networks of a container', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    await succeed(
      project.flotilla(['exec', 'two', 'ping', '-c', '3', '-s', '1000', `${project.name}-two-2`]),
    );
    const format = ['--format', '{{.NetIO}}'];
    const { stdout } = await succeed(project.flotilla(['stats', '--no-stream', ...format, 'two']));
    // Three packets of 1042 bytes there and back, and what it takes to find each other.
    const counted = /^([3-9](?:\.\d+)?)kB \/ ([3-9](?:\.\d+)?)kB$/;
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(counted),
      expect.stringMatching(counted),
    ]);
  });

  it('goes on until Ctrl+C on a terminal, with those that start and without those that end', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'web']));
    const live = project.startOnTerminal(['stats']);
    await live.output(/-web-1 /);
    // Each picture is drawn over the one before, to the end of the screen.
    const last = (): string => live.stdout.split('\u001b[?25l').at(-1) ?? '';
    await succeed(project.flotilla(['up', '-d', '--scale', 'two=1', 'two']));
    await live.output(/-two-1 +\d/);
    await succeed(project.flotilla(['stop', 'web']));
    await expect.poll(last).not.toContain('-web-1');
    expect(last()).toContain('-two-1');
    live.type('\x03');
    expect((await live.done).exitCode).toBe(130);
  });

  it('tells programs every second what there is, without a word for the terminal', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'web']));
    const live = project.startFlotilla(['stats', '--format', 'json', 'web']);
    await live.output(/(\{.*\}\n){2}/);
    live.signal('SIGTERM');
    const { exitCode, stdout, stderr } = await live.done;
    expect([exitCode, stderr]).toEqual([130, '']);
    expect(new Set(parse(stdout).map(({ Name: name }) => name))).toEqual(new Set([`${project.name}-web-1`]));
  });

  it('shows the titles where nothing runs, and knows the services', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const titles =
      'CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O   BLOCK I/O   PIDS\n';
    expect((await succeed(project.flotilla(['stats', '--no-stream']))).stdout).toBe(titles);
    await project.composeToo(['stats', '--no-stream'], ({ stdout }) => expect(stdout).toBe(titles));
    expect(await project.flotilla(['stats', 'nope'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('no such service: nope'),
    });
  });
});
