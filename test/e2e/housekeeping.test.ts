import { beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';
import { onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const files = {
  'compose.yaml': `
services:
  db:
    image: localhost/flotilla/busybox
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    volumes: ["data:/data", "/scratch"]
volumes:
  data: {}
`,
};

let project: TestProject;
let own: string;

/** Other tests use the same engine. */
beforeAll(() => engine.image('busybox'));

async function makeProject(): Promise<void> {
  project = await engine.project(files);
  own = `label=com.docker.compose.project=${project.name}`;
}

const output = async (...args: readonly string[]): Promise<string> =>
  (await succeed(project.flotilla(args))).stdout;

describe('volume', () => {
  test('ls, inspect, create and rm do what docker does, under its names', async () => {
    await makeProject();
    const name = `${project.name}_mine`;
    expect(await output('volume', 'create', '--label', own.slice(6), '--label', 'tier', name)).toBe(
      `${name}\n`,
    );
    // Again is as good as once.
    expect(await output('volume', 'create', name)).toBe(`${name}\n`);
    expect(await output('volume', 'ls', '-q', '-f', own)).toBe(`${name}\n`);
    expect(await output('volume', 'list', '-f', own, '-f', 'dangling=true')).toBe(
      `DRIVER    VOLUME NAME\nlocal     ${name}\n`,
    );
    expect(await output('volume', 'ls', '-f', own, '-f', 'dangling=false', '-q')).toBe('');
    expect(
      await output('volume', 'ls', '-f', `name=${name}`, '--format', '{{.Name}} {{.Label "tier"}}|'),
    ).toBe(`${name} |\n`);
    expect(JSON.parse(await output('volume', 'ls', '-f', own, '--format', 'json'))).toMatchObject({
      Driver: 'local',
      Labels: `${own.slice(6)},tier=`,
      Links: 'N/A',
      Name: name,
      Scope: 'local',
      Size: 'N/A',
    });
    const inspected = await project.flotilla(['volume', 'inspect', name, 'no-such-volume']);
    expect(JSON.parse(inspected.stdout)).toEqual([
      {
        CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        Driver: 'local',
        Labels: { 'com.docker.compose.project': project.name, tier: '' },
        Mountpoint: expect.stringContaining(name),
        Name: name,
        Options: expect.anything(),
        Scope: 'local',
      },
    ]);
    expect(inspected).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there is no volume "no-such-volume" [engine.missing]'),
    });
    const removed = await project.flotilla(['volume', 'remove', name, 'no-such-volume']);
    expect(removed).toMatchObject({ exitCode: 1, stdout: `${name}\n` });
    expect(await output('volume', 'rm', '-f', 'no-such-volume')).toBe('no-such-volume\n');
  });

  test('one that nobody names gets a name, and goes with the next prune', async () => {
    await makeProject();
    const name = (await output('volume', 'create', '--label', own.slice(6))).trim();
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await output('volume', 'prune', '-f', '--filter', own)).toBe(
      `Deleted Volumes:\n${name}\n\nTotal reclaimed space: 0B\n`,
    );
  });

  test('one that a container has is not removed, and the message says whose it is', async () => {
    await makeProject();
    await output('up', '-d');
    await output('stop');
    const { exitCode, stdout, stderr } = await project.flotilla(['volume', 'rm', `${project.name}_data`]);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      `cannot remove volume "${project.name}_data": it is used by container ${project.name}-db-1 of project "${project.name}" [engine.conflict]`,
    );
    expect(await output('volume', 'prune', '-a', '-f', '--filter', own)).toBe('Total reclaimed space: 0B\n');
    expect(await output('volume', 'ls', '-q', '-f', own)).toBe(`${project.name}_data\n`);
  });

  test('prune takes those without a name, and the others only when it is told', async () => {
    await makeProject();
    await output('up', '-d');
    await output('exec', '-T', 'db', 'sh', '-c', 'printf 12345 > /data/note');
    await output('down');
    const named = `${project.name}_data`;
    await output('volume', 'create', '--label', own.slice(6), `${project.name}_more`);
    expect(await output('volume', 'prune', '-f', '--filter', own)).toBe('Total reclaimed space: 0B\n');
    expect(
      await output(
        'volume',
        'prune',
        '--all',
        '-f',
        '--filter',
        own,
        '--filter',
        'label!=com.docker.compose.volume',
      ),
    ).toBe(`Deleted Volumes:\n${project.name}_more\n\nTotal reclaimed space: 0B\n`);
    expect(await output('volume', 'prune', '-f', '--filter', 'all=true', '--filter', own)).toBe(
      `Deleted Volumes:\n${named}\n\nTotal reclaimed space: 5B\n`,
    );
  });

  test('prune asks on a terminal, and refuses where nobody can be asked', async () => {
    await makeProject();
    await output('volume', 'create', '--label', own.slice(6), `${project.name}_kept`);
    const command = ['volume', 'prune', '-a', '--filter', own];
    expect(await project.flotilla(command)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr:
        'error: this would remove all volumes that no container has, and nobody is there to be asked [run.question]\n' +
        'hint: Add --force to do it without a question.\n',
    });
    const terminal = project.startOnTerminal(command);
    await terminal.output(/Go on\? \[y\/N\]/);
    terminal.type('n\r');
    expect((await terminal.done).exitCode).toBe(0);
    expect(await output('volume', 'ls', '-q', '-f', own)).toBe(`${project.name}_kept\n`);
    const yes = project.startOnTerminal(command);
    await yes.output(/Go on\? \[y\/N\]/);
    yes.type('y\r');
    await yes.done;
    expect(await output('volume', 'ls', '-q', '-f', own)).toBe('');
  });
});

describe('network', () => {
  test('ls, inspect, create and rm do what docker does, under its names', async () => {
    await makeProject();
    const name = `${project.name}_net`;
    const id = (await output('network', 'create', '--internal', '--label', own.slice(6), name)).trim();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await project.flotilla(['network', 'create', name])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`network with name ${name} already exists [engine.conflict]`),
    });
    expect(await output('network', 'list', '-f', own)).toBe(
      `NETWORK ID     NAME${' '.repeat(name.length - 1)}DRIVER    SCOPE\n${id.slice(0, 12)}   ${name}   bridge    local\n`,
    );
    expect(await output('network', 'ls', '-q', '--no-trunc', '-f', own, '-f', 'type=custom')).toBe(`${id}\n`);
    expect(await output('network', 'ls', '-q', '-f', own, '-f', 'dangling=false')).toBe('');
    expect(JSON.parse(await output('network', 'inspect', id.slice(0, 12)))).toEqual([
      expect.objectContaining({ Name: name, Id: id, Driver: 'bridge', Internal: true, Scope: 'local' }),
    ]);
    expect(await output('network', 'remove', id.slice(0, 12))).toBe(`${id.slice(0, 12)}\n`);
    expect(await project.flotilla(['network', 'rm', name])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`there is no network "${name}" [engine.missing]`),
    });
    expect(await output('network', 'rm', '-f', name)).toBe(`${name}\n`);
  });

  test('one in which a container runs stays, and prune takes it once that has stopped', async () => {
    await makeProject();
    await output('up', '-d');
    const name = `${project.name}_default`;
    const refused = await project.flotilla(['network', 'rm', name]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      `cannot remove network "${name}": it is used by container ${project.name}-db-1 of project "${project.name}" [engine.conflict]`,
    );
    expect(await output('network', 'prune', '-f', '--filter', own)).toBe('');
    await output('stop');
    expect(await output('network', 'prune', '-f', '--filter', own, '--filter', 'until=1h')).toBe('');
    expect(await output('network', 'prune', '-f', '--filter', own)).toBe(`Deleted Networks:\n${name}\n\n`);
    // The next up makes all of it again.
    await output('up', '-d');
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running']);
  });

  test('a subnet and what has to lie in it', async () => {
    await makeProject();
    const name = `${project.name}_net`;
    const wrong = await project.flotilla([
      'network',
      'create',
      '--subnet',
      '10.217.3.0/24',
      '--gateway',
      '10.9.9.1',
      name,
    ]);
    expect(wrong.stderr).toContain('"10.9.9.1" is in none of the subnets');
    await output(
      ...['network', 'create', '--label', own.slice(6), '--subnet', '10.217.3.0/24'],
      ...['--gateway', '10.217.3.7', '--ip-range', '10.217.3.128/25', name],
    );
    expect(JSON.parse(await output('network', 'inspect', '-f', '{{json .IPAM.Config}}', name))).toEqual([
      { Subnet: '10.217.3.0/24', IPRange: '10.217.3.128/25', Gateway: '10.217.3.7' },
    ]);
  });
});

describe('system', () => {
  test('df counts what the engine has', async () => {
    await makeProject();
    await output('up', '-d');
    await output('exec', '-T', 'db', 'sh', '-c', 'printf 1234567 > /data/note; printf 123 > /own');
    const table = (await output('system', 'df')).split('\n');
    expect(table[0]).toBe('TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE');
    expect(table.slice(1, 5).map((line) => line.split(/ {2,}/)[0])).toEqual([
      'Images',
      'Containers',
      'Local Volumes',
      'Build Cache',
    ]);
    const details = JSON.parse(await output('system', 'df', '-v', '--format', 'json'));
    expect(details.Volumes).toContainEqual({ Name: `${project.name}_data`, Links: '1', Size: '7B' });
    expect(details.Containers).toContainEqual(
      expect.objectContaining({ Names: `${project.name}-db-1`, LocalVolumes: '2', Size: '3B' }),
    );
    expect(await output('system', 'df', '-v')).toMatch(
      /^Images space usage:\n\nREPOSITORY .*\n(.*\n)*\nContainers space usage:\n/,
    );
  });

  test('prune takes what does not run, and leaves volumes with a name', async () => {
    await makeProject();
    await output('up', '-d');
    await output('stop');
    const [container] = await project.containers();
    expect(await output('system', 'prune', '-f', '--volumes', '--filter', own)).toBe(
      `Deleted Containers:\n${container?.id}\n\nDeleted Networks:\n${project.name}_default\n\nTotal reclaimed space: 0B\n`,
    );
    expect(await project.leftovers()).toEqual([`volume ${project.name}_data`]);
    expect(await project.flotilla(['system', 'prune', '--volumes', '--filter', 'until=1h'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the filter "until" does not go with --volumes'),
    });
    expect(await project.flotilla(['system', 'prune'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nobody is there to be asked [run.question]'),
    });
  });

  test('info tells about the engine, for people and for scripts', async () => {
    await makeProject();
    expect(await output('info')).toMatch(
      /^Client:\n Version: .*\n\nServer:\n Engine: .* at .*\n Containers: \d+\n {2}Running: \d+\n/,
    );
    expect(await output('system', 'info', '-f', '{{.OSType}}')).toBe('linux\n');
    expect(JSON.parse(await output('system', 'info', '--format', 'json'))).toHaveProperty('DockerRootDir');
  });
});

onlyOnDocker('what docker itself says', () => {
  test.each([
    ['volume', 'ls'],
    ['volume', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Scope}} {{.Links}} {{.Mountpoint}}'],
    ['volume', 'ls', '--format', 'table {{.Name}}\\t{{.Size}}\\t{{.Label "com.docker.compose.project"}}'],
    ['network', 'ls'],
    ['network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}} {{.Internal}} {{.IPv6}}'],
  ])('%s %s prints the same', async (...words) => {
    await makeProject();
    await output('up', '-d');
    const command = [...words, '--filter', own];
    expect(await output(...command)).toBe((await succeed(docker(command))).stdout);
  });

  test('inspect prints the same', async () => {
    await makeProject();
    await output('up', '-d');
    for (const command of [
      ['volume', 'inspect', `${project.name}_data`],
      ['network', 'inspect', `${project.name}_default`],
      ['network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}}{{end}}', `${project.name}_default`],
    ]) {
      expect(await output(...command)).toBe((await succeed(docker(command))).stdout);
    }
  });

  const docker = (words: readonly string[]) =>
    runCommand(['docker', ...words], { cwd: project.folder, env: { DOCKER_HOST: engine.host } });
});

describe('at the same moment as an up', () => {
  test('prune takes nothing of its project, whatever the moment', async () => {
    const many = Array.from({ length: 8 }, (_, number) => number);
    project = await engine.project({
      'compose.yaml': `
services:
${many
  .map(
    (number) => `  s${number}:
    image: localhost/flotilla/busybox
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    volumes: ["v${number}:/data", "/scratch"]
    networks: [n${number}]`,
  )
  .join('\n')}
volumes:
${many.map((number) => `  v${number}: {}`).join('\n')}
networks:
${many.map((number) => `  n${number}: {}`).join('\n')}
`,
    });
    own = `label=com.docker.compose.project=${project.name}`;
    let isUp = false;
    const up = project.flotilla(['up', '-d']).finally(() => {
      isUp = true;
    });
    const pruned: string[] = [];
    while (!isUp) {
      const results = await Promise.all([
        project.flotilla(['volume', 'prune', '-a', '-f', '--filter', own]),
        project.flotilla(['system', 'prune', '-f', '--volumes', '--filter', own]),
      ]);
      pruned.push(...results.map(({ exitCode, stdout, stderr }) => (exitCode === 0 ? stdout : stderr)));
    }
    expect(await up).toMatchObject({ exitCode: 0 });
    expect(pruned.filter((text) => text !== 'Total reclaimed space: 0B\n')).toEqual([]);
    expect((await project.containers()).map(({ state }) => state)).toEqual(many.map(() => 'running'));
    expect(await output('volume', 'ls', '-q', '-f', own)).toBe(
      many.map((number) => `${project.name}_v${number}\n`).join(''),
    );
  });
});
