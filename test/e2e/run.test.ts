import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunningCommand } from '../support/command.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const file = `
services:
  db:
    image: ${images.busybox}
    init: true
    command: sh -c "sleep 0.3; touch /tmp/up; exec sleep 1000"
    healthcheck: {test: test -e /tmp/up, interval: 100ms, retries: 100}
  bare: {image: "${images.busybox}"}
  web:
    image: ${images.busybox}
    init: true
    container_name: "fixed-\${COMPOSE_PROJECT_NAME}"
    restart: always
    command: echo default
    environment: {FROM_FILE: file, BOTH: file}
    ports: ['18231:80']
    volumes: ['data:/data', /cache]
    depends_on: {db: {condition: service_healthy}}
volumes: {data: null}
`;

describe('run', () => {
  let p: TestProject;
  const names = async () => (await p.containers()).map(({ name }) => name.replace(p.name, 'P')).sort();
  beforeAll(async () => {
    p = await engine.project({ 'compose.yaml': file, 'more.env': 'BOTH=env file\nONLY=env "file"\n' });
  });

  it('brings up what the service depends on, and shows the output of the command alone', async () => {
    const ran = await succeed(p.flotilla(['run', '--rm', 'web', 'echo', 'hello']));
    expect(ran.stdout).toBe('hello\n');
    expect(ran.stderr).toMatch(/Container .*-db-1 {2}Healthy/);
    expect(await names()).toEqual(['P-db-1']);
  });

  it('runs what the file says when no command is given', async () => {
    expect((await succeed(p.flotilla(['run', '--rm', 'web']))).stdout).toBe('default\n');
  });

  it.each([
    [['web', 'sh', '-c', 'exit 7'], 7],
    [['web', 'sh', '-c', 'kill -9 $$'], 137],
    [['web', 'true'], 0],
    [['bare', 'no-such-program'], 1],
  ])('ends with the code of %j, as docker compose does', async (command, code) => {
    const args = ['run', '--rm', '-T', ...command];
    expect((await p.flotilla(args)).exitCode).toBe(code);
    await p.composeToo(args, (theirs) => expect(theirs.exitCode).toBe(code));
    expect(await names()).toEqual(['P-db-1']);
  });

  it('keeps the streams apart, and copies 4 MB of any bytes both ways', async () => {
    const both = await p.flotilla(['run', '--rm', '-T', 'web', 'sh', '-c', 'echo out; echo err >&2']);
    expect(both.stdout).toBe('out\n');
    expect(both.stderr).toContain('err\n');
    const bytes = randomBytes(4 * 1024 * 1024);
    const child = p.spawnFlotilla(['run', '--rm', '-T', '-q', 'web', 'cat']);
    const hash = createHash('sha256');
    child.stdin.end(bytes);
    for await (const chunk of child.stdout) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('takes its settings from the command line', async () => {
    const ran = await succeed(
      p.flotilla(
        [
          ...['run', '--rm', '-q', '--env-from-file', 'more.env', '-e', 'COST=$5', '-e', 'INHERITED'],
          ...['-u', '7:8', '-w', '/tmp', '-v', './more.env:/mnt/more.env:ro', '-l', 'color=green'],
          ...['--entrypoint', 'sh -c', 'web'],
          'echo "$FROM_FILE|$BOTH|$ONLY|$COST|$INHERITED"; id -u; id -g; pwd; head -c 4 /mnt/more.env; ls -d /data',
        ],
        { env: { INHERITED: 'outside' } },
      ),
    );
    expect(ran.stdout).toBe('file|env file|env "file"|$5|outside\n7\n8\n/tmp\nBOTH/data\n');
  });

  it('leaves a container that is told to stay, and prints its id', async () => {
    const ran = await succeed(
      p.flotilla(['run', '-d', '--name', `one-${p.name}`, '-P', 'web', 'sleep', '1000']),
    );
    const found = (await p.containers()).find(({ name }) => name === `one-${p.name}`);
    expect(ran.stdout).toBe(`${found?.id}\n`);
    expect(found?.state).toBe('running');
    expect(found?.ports[0]).toMatchObject({ published: 18231, target: 80 });
    expect(found?.labels).toMatchObject({ 'com.docker.compose.oneoff': 'True' });
    expect(found?.labels['com.docker.compose.container-number']).toBeUndefined();
    // Beside it, the service comes up as if it were not there.
    await succeed(p.flotilla(['run', '--rm', '-T', 'web', 'true']));
    await succeed(p.flotilla(['kill', 'web']));
    await succeed(p.flotilla(['down', '--remove-orphans']));
    expect(await names()).toEqual([]);
  });

  it('removes what is to be removed in the background too, as soon as it has ended', async () => {
    await succeed(p.flotilla(['run', '-d', '--rm', '--no-deps', 'web', 'sleep', '0.2']));
    await expect.poll(names, { timeout: 20_000 }).toEqual([]);
  });

  it('with --no-deps starts nothing else', async () => {
    await succeed(p.flotilla(['run', '--rm', '--no-deps', 'web', 'true']));
    expect(await names()).toEqual([]);
  });

  it('passes signals on, and waits for the program to decide', async () => {
    const running = p.startFlotilla([
      'run',
      '--rm',
      '--no-deps',
      '-q',
      'web',
      'sh',
      '-c',
      "trap 'echo bye; exit 9' INT; echo ready; while :; do sleep 0.05; done",
    ]);
    await running.output(/ready/);
    running.signal('SIGINT');
    expect(await running.done).toMatchObject({ exitCode: 9, stdout: 'ready\nbye\n' });
  });

  it('removes what cannot be started', async () => {
    const ran = await p.flotilla(['run', '--rm', 'bare', 'no-such-program']);
    expect(ran.stderr).toMatch(/^command line \(COMMAND\): error: /m);
    expect(ran.stderr).not.toContain('container_name');
    expect(ran.stderr).toContain('no program "no-such-program"');
    expect(await names()).toEqual([]);
  });

  it('gives a terminal, which hears keys, and can be left by Ctrl+P Ctrl+Q', async () => {
    const running = p.startOnTerminal(
      [
        'run',
        '--no-deps',
        '-q',
        'web',
        'sh',
        '-c',
        'until stty size | grep 33; do sleep 0.02; done; read line; echo "got $line"; sleep 1000',
      ],
      { columns: 91, rows: 33 },
    );
    await running.output(/33 91/);
    running.type('word\r');
    await running.output(/got word/);
    running.type('\x10\x11');
    expect((await running.done).exitCode).toBe(0);
    expect((await p.containers()).map(({ state }) => state)).toEqual(['running']);
    await succeed(p.flotilla(['kill', 'web']));
    await succeed(p.flotilla(['down', '--remove-orphans', '-v']));
    expect(await p.leftovers()).toEqual([]);
  });

  it('attaches to a service that takes input, and leaves it running', async () => {
    const console = await engine.project({
      'compose.yaml': `
services:
  shell: {image: "${images.busybox}", stdin_open: true, tty: true, command: sh -c 'while read line; do echo "got $$line"; done'}
  plain: {image: "${images.busybox}", init: true, command: sh -c 'trap "echo told; exit 5" INT; while :; do echo tick; sleep 0.1; done'}
`,
    });
    await succeed(console.flotilla(['up', '-d']));
    const running = console.startOnTerminal(['attach', 'shell'], { columns: 80, rows: 24 });
    running.type('word\r');
    await running.output(/got word/);
    running.type('\x10\x11');
    expect((await running.done).exitCode).toBe(0);
    const other = console.startOnTerminal(['attach', '--detach-keys', 'ctrl-x,x', 'shell'], {
      columns: 80,
      rows: 24,
    });
    other.type('\x10\x11again\r');
    await other.output(/got .*again/);
    other.type('\x18x');
    expect((await other.done).exitCode).toBe(0);
    const looking = console.startFlotilla(['attach', '--no-stdin', '--sig-proxy=false', 'plain']);
    await looking.output(/tick/);
    looking.signal('SIGINT');
    expect((await looking.done).exitCode).toBe(130);
    expect((await console.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
    const told = console.startFlotilla(['attach', 'plain']);
    await told.output(/tick/);
    told.signal('SIGINT');
    expect((await told.done).exitCode).toBe(5);
    expect(told.stdout).toContain('told');
  });

  it("leaves at the keys of docker's configuration, and holds no others back", async () => {
    const console = await engine.project({
      'compose.yaml': `
services:
  shell: {image: "${images.busybox}", stdin_open: true, tty: true, command: sh -c 'while read line; do echo "got $$line"; done'}
`,
      'docker/config.json': '{"detachKeys": "ctrl-x,x"}',
      'wrong/config.json': '{"detachKeys": "ctrl-1"}',
    });
    const screen = { columns: 80, rows: 24 };
    const configured = (name: string) => ({ ...screen, env: { DOCKER_CONFIG: join(console.folder, name) } });
    const name = `shell-${console.name}`;
    const args = ['run', '--name', name, 'shell'];
    const wrong = await console.startOnTerminal(args, configured('wrong')).done;
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.stdout).toMatch(/wrong\/config\.json: invalid "detachKeys" "ctrl-1"/);
    expect(await console.containers()).toEqual([]);
    for (const words of [args, ['attach', 'shell']]) {
      const running = console.startOnTerminal(words, configured('docker'));
      running.type('word\r');
      await running.output(/got word/);
      running.type('\x10');
      await running.output(/\^P/);
      running.type('\r\x18x');
      expect((await running.done).exitCode).toBe(0);
    }
    const flag = console.startOnTerminal(['attach', '--detach-keys', 'ctrl-a', 'shell'], configured('wrong'));
    flag.type('flag\r');
    await flag.output(/got flag/);
    flag.type('\x01');
    expect((await flag.done).exitCode).toBe(0);
    expect((await console.containers()).map(({ state }) => state)).toEqual(['running']);
    await succeed(console.flotilla(['kill', 'shell']));
    await succeed(console.flotilla(['down', '--remove-orphans', '-v']));
  });

  it('lets a terminal be left and come back to as often as one likes, whichever command began it', async () => {
    const console = await engine.project({
      'compose.yaml': `
services:
  shell: {image: "${images.busybox}", stdin_open: true, tty: true, command: sh -c 'while read line; do echo "got $$line"; done; echo over'}
`,
    });
    const name = `shell-${console.name}`;
    const screen = { columns: 80, rows: 24 };
    const talk = async (running: RunningCommand, word: string) => {
      running.type(`${word}\r`);
      await running.output(new RegExp(`got ${word}`));
      running.type('\x10\x11');
      expect((await running.done).exitCode).toBe(0);
    };
    await talk(console.startOnTerminal(['run', '--name', name, 'shell'], screen), 'zero');
    for (const word of ['one', 'two']) {
      await talk(console.startOnTerminal(['attach', 'shell'], screen), word);
    }
    await succeed(console.flotilla(['kill', 'shell']));
    await succeed(console.flotilla(['run', '-d', 'shell']));
    for (const word of ['three', 'four']) {
      await talk(console.startOnTerminal(['attach', 'shell'], screen), word);
    }
    const last = console.startOnTerminal(['attach', 'shell'], screen);
    last.type('five\r');
    await last.output(/got five/);
    last.type('\x04');
    await last.output(/over/);
    expect((await last.done).exitCode).toBe(0);
  });

  it.each([
    [['-p', 'abc'], 'web', 'command line (--publish): error: services.web.ports[0]: invalid port "abc"'],
    [
      ['-v', '/a:b'],
      'web',
      'command line (--volume): error: services.web.volumes[2]: "b" is no absolute path',
    ],
    [
      ['--entrypoint', "'a"],
      'web',
      'command line (--entrypoint): error: services.web.entrypoint: invalid command',
    ],
  ])(
    'names the option that is wrong, and shows no text that nobody wrote: %j',
    async (options, service, says) => {
      const ran = await p.flotilla(['run', ...options, service, 'true']);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain(says);
      expect(ran.stderr).not.toContain(' | ');
    },
  );

  it('ends what is to be removed when nobody reads its output any more', async () => {
    const piped = await p.inShell('"$@" | head -n 2', ['run', '--rm', '--no-deps', '-T', '-q', 'web', 'yes']);
    expect(piped.stdout).toBe('y\ny\n');
    expect(await names()).toEqual([]);
    const full = await p.inShell('"$@" > /dev/full', ['run', '--rm', '--no-deps', '-T', '-q', 'web', 'yes']);
    expect(full).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[cli.output]') });
    expect(await names()).toEqual([]);
  });

  it('refuses what docker compose refuses', async () => {
    for (const args of [['run', 'nothing'], ['run', '-P', '-p', '80', 'web'], ['run']]) {
      expect((await p.flotilla(args)).exitCode).not.toBe(0);
      await p.composeToo(args, (theirs) => expect(theirs.exitCode).not.toBe(0));
    }
  });
});
