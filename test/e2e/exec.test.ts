import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';

const engine = useEngine();
let project: TestProject;

beforeAll(async () => {
  project = await engine.project({
    'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    command: sh -c "trap 'exit 0' TERM; while :; do sleep 0.1; done"
    scale: 2
`,
  });
  expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
});

describe('exec through pipes', () => {
  it('keeps standard output and standard error apart', async () => {
    expect(await project.flotilla(['exec', '-T', 'web', 'sh', '-c', 'echo out; echo err >&2'])).toMatchObject(
      {
        exitCode: 0,
        stdout: 'out\n',
        stderr: 'err\n',
      },
    );
  });

  it.each([
    [['sh', '-c', 'exit 42'], [42]],
    [['sh', '-c', 'kill -9 $$'], [137]],
    // Engine 20.10 says 126 for what newer ones call 127.
    [['no-such-program'], [126, 127]],
    [['/etc'], [126]],
  ])('ends with the code of %j, as docker compose does', async (command, codes) => {
    const { exitCode } = await project.flotilla(['exec', '-T', 'web', ...command]);
    expect(codes).toContain(exitCode);
    await project.composeToo(['exec', '-T', 'web', ...command], (theirs) =>
      expect(theirs.exitCode).toBe(exitCode),
    );
  });

  it('copies 10 MB of any bytes both ways', async () => {
    const bytes = randomBytes(10 * 1024 * 1024);
    const child = project.spawnFlotilla(['exec', '-T', 'web', 'cat']);
    const hash = createHash('sha256');
    child.stdin.end(bytes);
    for await (const chunk of child.stdout) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('ends when the command ends, though standard input stays open', async () => {
    const running = project.startFlotilla(['exec', '-T', 'web', 'head', '-n', '1']);
    running.type('first\nsecond\n');
    expect(await running.done).toMatchObject({ exitCode: 0, stdout: 'first\n' });
  });

  it('passes -e, -u and -w on', async () => {
    const env = { FROM_SHELL: 'here' };
    const args = ['exec', '-T', '-e', 'A=1', '-e', 'FROM_SHELL', '-u', '65534', '-w', '/tmp', 'web'];
    const { stdout } = await project.flotilla([...args, 'sh', '-c', 'echo $A $FROM_SHELL; id -u; pwd'], {
      env,
    });
    expect(stdout).toBe('1 here\n65534\n/tmp\n');
  });

  it('takes the lowest replica, or that of --index', async () => {
    const name = async (...flags: string[]) =>
      (await project.flotilla(['exec', '-T', ...flags, 'web', 'hostname'])).stdout.trim();
    const ids = (await project.containers()).map(({ id }) => id.slice(0, 12));
    expect([await name(), await name('--index', '2')]).toEqual(ids);
    expect(await project.flotilla(['exec', '-T', '--index', '3', 'web', 'true'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('error: service "web" is not running container #3'),
    });
  });

  it('returns at once with -d', async () => {
    const command = ['sh', '-c', 'echo started > /tmp/detached; sleep 600'];
    expect(await project.flotilla(['exec', '-d', 'web', ...command])).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    await expect
      .poll(async () => (await project.flotilla(['exec', '-T', 'web', 'cat', '/tmp/detached'])).stdout)
      .toBe('started\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 130],
  ] as const)('is ended by %s', async (signal, exitCode) => {
    const running = project.startFlotilla(['exec', '-T', 'web', 'sh', '-c', 'echo in; sleep 60']);
    await running.output(/in/);
    running.signal(signal);
    expect(await running.done).toMatchObject({ exitCode });
  });
});

describe('exec on a terminal', () => {
  it('gives the command a terminal of the same size, and follows its changes', async () => {
    const running = project.startOnTerminal(['exec', 'web', 'sh'], { columns: 91, rows: 23 });
    await running.output(/# /);
    running.type('stty size\n');
    await running.output(/23 91/);
    execFileSync('stty', ['-F', `/proc/${flotillaOf(project)}/fd/0`, 'cols', '77']);
    running.type('while [ "$(stty size)" != "23 77" ]; do :; done; echo re"sized"\n');
    await running.output(/resized/);
    running.type('exit 5\n');
    expect(await running.done).toMatchObject({ exitCode: 5 });
  });

  it('gives Ctrl+C to the command', async () => {
    const running = project.startOnTerminal([
      'exec',
      'web',
      'sh',
      '-c',
      "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done",
    ]);
    await running.output(/ready/);
    running.type('\x03');
    expect(await running.done).toMatchObject({ exitCode: 9, stdout: expect.stringContaining('caught') });
  });

  onlyOnDocker('an exec of the native engine ends with its terminal', () => {
    it('leaves the command running at Ctrl+P Ctrl+Q, or at the keys of docker’s configuration', async () => {
      const command = ['exec', 'web', 'sh', '-c', 'echo ready; read line; touch /tmp/left-$line; sleep 600'];
      const usual = project.startOnTerminal(command);
      await usual.output(/ready/);
      usual.type('\x10\x11');
      expect((await usual.done).exitCode).toBe(0);
      const folder = join(project.folder, 'docker');
      mkdirSync(folder);
      writeFileSync(join(folder, 'config.json'), '{"detachKeys": "ctrl-x"}');
      const chosen = project.startOnTerminal(command, { env: { DOCKER_CONFIG: folder } });
      await chosen.output(/ready/);
      chosen.type('\x10');
      await chosen.output(/\^P/);
      chosen.type('\x7fit\r\x18');
      expect((await chosen.done).exitCode).toBe(0);
      await expect
        .poll(async () => (await project.flotilla(['exec', '-T', 'web', 'ls', '/tmp'])).stdout)
        .toContain('left-it');
    });
  });

  it('puts the terminal back when it is ended by a signal', async () => {
    const running = project.startOnTerminal(['exec', 'web', 'sh', '-c', 'echo ready; sleep 60'], {
      afterwards: 'stty -a',
    });
    await running.output(/ready/);
    process.kill(flotillaOf(project), 'SIGTERM');
    const { stdout } = await running.done;
    expect(stdout).toMatch(/[^-]icanon/);
    expect(stdout).toMatch(/[^-]echo /);
  });

  it('shows the live view of up with its last state, and the cursor', async () => {
    const running = project.startOnTerminal(['up', '-d', '--force-recreate', '-t', '0']);
    const { stdout, exitCode } = await running.done;
    expect(exitCode).toBe(0);
    expect(stdout.endsWith('\x1b[?25h')).toBe(true);
    expect(stdout).toContain('Started');
  });
});

/** The process that runs for a project now, below whatever started it. */
function flotillaOf({ name }: TestProject): number {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const [program = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return (
        program === process.execPath &&
        words.some((word) => word.endsWith('flotilla.cjs')) &&
        environment.includes(`COMPOSE_PROJECT_NAME=${name}`)
      );
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`Flotilla does not run for ${name}.`);
  return Number(found);
}
