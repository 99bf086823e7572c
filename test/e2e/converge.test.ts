import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const base = `image: ${images.busybox}, init: true, command: sleep 1000`;

describe('a second up', () => {
  const engine = useEngine();

  const ids = async (project: TestProject) =>
    new Map((await project.containers()).map(({ name, id }) => [name.slice(project.name.length + 1), id]));

  /** Which containers a command gives a new id, takes away or adds. */
  const changes = async (
    project: TestProject,
    args: readonly string[],
    tool: 'flotilla' | 'compose' = 'flotilla',
  ) => {
    const before = await ids(project);
    await succeed(project[tool](args));
    const after = await ids(project);
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
      if (!after.has(name)) return [`- ${name}`];
      if (!before.has(name)) return [`+ ${name}`];
      return before.get(name) === after.get(name) ? [] : [`~ ${name}`];
    });
  };

  const up = (...args: readonly string[]) => ['up', '-d', ...args];
  const exec = async (project: TestProject, service: string, script: string) =>
    (await succeed(project.flotilla(['exec', '-T', service, 'sh', '-c', script]))).stdout.trim();

  it('replaces exactly what changed, and keeps the data of every volume', async () => {
    const file = (change: Partial<Record<'command' | 'env' | 'label' | 'network', string>>) => `
services:
  command: {image: ${images.busybox}, init: true, command: "${change.command ?? 'sleep 1000'}", volumes: ['data:/data', /anonymous]}
  env: {${base}, environment: {A: "${change.env ?? '1'}"}}
  label: {${base}, labels: {a: "${change.label ?? '1'}"}}
  network: {${base}, networks: [net]}
  same: {${base}}
networks: {net: {labels: {a: "${change.network ?? '1'}"}}}
volumes: {data: null}
`;
    const project = await engine.project({ 'compose.yaml': file({}) });
    await succeed(project.flotilla(up()));
    await exec(project, 'command', 'echo named > /data/x; echo anonymous > /anonymous/x');
    expect(await changes(project, up())).toEqual([]);
    const now: Record<string, string> = {};
    for (const [key, value] of [
      ['command', 'sleep 2000'],
      ['env', '2'],
      ['label', '2'],
      ['network', '2'],
    ] as const) {
      now[key] = value;
      project.write('compose.yaml', file(now));
      expect(await changes(project, up())).toEqual([`~ ${key}-1`]);
    }
    expect(await exec(project, 'command', 'cat /data/x /anonymous/x')).toBe('named\nanonymous');
    expect(await changes(project, up('-V', 'command'))).toEqual(['~ command-1']);
    expect(await exec(project, 'command', 'cat /data/x; ls /anonymous')).toBe('named');
    await project.composeToo(up(), (theirs) => expect(theirs.stderr).not.toContain('Recreate'));
  });

  it('replaces a container whose tag names another image now', async () => {
    const tag = 'flotilla-test-moved:1';
    const project = await engine.project(
      { 'compose.yaml': `services: {web: {image: '${tag}', command: sleep 1000, stop_grace_period: 0s}}` },
      { images: ['busybox', 'redis'] },
    );
    await engine.docker.tag(images.busybox, tag);
    await succeed(project.flotilla(up()));
    expect(await changes(project, up())).toEqual([]);
    await engine.docker.tag(images.redis, tag);
    expect(await changes(project, up())).toEqual(['~ web-1']);
    await project.remove();
    await engine.docker.untag(tag);
  });

  it('does what its flags say', async () => {
    const file = (version: number) => `
services:
  db: {${base}, environment: {V: "${version}"}}
  api: {${base}, environment: {V: "${version}"}, depends_on: [db]}
`;
    const project = await engine.project({ 'compose.yaml': file(1) });
    expect(await changes(project, ['up', '--no-start'])).toEqual(['+ api-1', '+ db-1']);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['created', 'created']);
    expect(await changes(project, up())).toEqual([]);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
    expect(await changes(project, up('--force-recreate'))).toEqual(['~ api-1', '~ db-1']);
    expect(await changes(project, up('--force-recreate', 'api'))).toEqual(['~ api-1']);
    expect(await changes(project, up('--always-recreate-deps', 'api'))).toEqual(['~ db-1']);
    project.write('compose.yaml', file(2));
    expect(await changes(project, up('--no-recreate'))).toEqual([]);
    expect(await changes(project, up('--no-deps', 'api'))).toEqual(['~ api-1']);
    expect(await changes(project, up('api'))).toEqual(['~ db-1']);
    expect(await changes(project, up('--scale', 'api=3'))).toEqual(['+ api-2', '+ api-3']);
    expect(await changes(project, up('--scale', 'api=2'))).toEqual(['- api-3']);
    expect(await changes(project, up())).toEqual(['- api-2']);
    expect(await changes(project, up('--scale', 'api=0'))).toEqual(['- api-1']);
  });

  it.each(engine.tools)(
    'scales down what is out of date first, then the highest numbers: %s',
    async (tool) => {
      const file = (version: number) => `services: {web: {${base}, environment: {V: "${version}"}}}`;
      const project = await engine.project({ 'compose.yaml': file(1) });
      await succeed(project.flotilla(up('--scale', 'web=2')));
      project.write('compose.yaml', file(2));
      expect(await changes(project, up('--scale', 'web=3', '--no-recreate'), tool)).toEqual(['+ web-3']);
      expect(await changes(project, up('--scale', 'web=1'), tool)).toEqual(['- web-1', '- web-2']);
      expect(await changes(project, up('--scale', 'web=2'), tool)).toEqual(['+ web-4']);
      expect(await changes(project, up('--scale', 'web=1'), tool)).toEqual(['- web-4']);
    },
  );

  it('lets two services swap their ports and their names, of which each waits for the other to be gone', async () => {
    const file = (first: number, second: number) => `
services:
  a: {${base}, ports: ["${first}:80"], container_name: "swap-${first}", depends_on: [b]}
  b: {${base}, ports: ["${second}:80"], container_name: "swap-${second}"}
`;
    const project = await engine.project({ 'compose.yaml': file(41_801, 41_802) });
    await succeed(project.flotilla(up()));
    project.write('compose.yaml', file(41_802, 41_801));
    await succeed(project.flotilla(up()));
    expect(
      (await project.containers()).map(({ name, service, state }) => `${name} ${service} ${state}`),
    ).toEqual(['swap-41801 b running', 'swap-41802 a running']);
  });

  it('names the containers of services that left the file, and removes them when asked to', async () => {
    const project = await engine.project({ 'compose.yaml': `services: {old: {${base}}, web: {${base}}}` });
    await succeed(project.flotilla(up()));
    project.write('compose.yaml', `services: {new: {${base}}, web: {${base}}}`);
    const { stderr } = await succeed(project.flotilla(up()));
    expect(stderr).toContain(`Found orphan containers ([${project.name}-old-1])`);
    expect(await changes(project, up('--remove-orphans'))).toEqual(['- old-1']);
    project.write('compose.yaml', `services: {web: {${base}}}`);
    await succeed(project.flotilla(['down']));
    expect((await project.containers()).map(({ service }) => service)).toEqual(['new']);
    await succeed(project.flotilla(['down', '--remove-orphans']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('asks before it makes a volume anew, and keeps the data unless the answer is yes', async () => {
    const file = (label: string) =>
      `services: {db: {${base}, volumes: ['data:/data']}}\nvolumes: {data: {labels: {a: "${label}"}}}`;
    const project = await engine.project({ 'compose.yaml': file('1') });
    await succeed(project.flotilla(up()));
    await exec(project, 'db', 'echo precious > /data/x');
    project.write('compose.yaml', file('2'));
    const refused = await project.flotilla(up());
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('data will be lost')]);
    expect(await exec(project, 'db', 'cat /data/x')).toBe('precious');
    expect(await changes(project, up('-y'))).toEqual(['~ db-1']);
    expect(await exec(project, 'db', 'ls /data')).toBe('');
    expect(await changes(project, up())).toEqual([]);
  });
});
