import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provideBuilder } from '../support/builder.ts';
import type { RunningCommand } from '../support/command.ts';
import { images, useEngine } from '../support/engine.ts';
import type { ProjectFiles, TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
/** What all services here have: they run until they are stopped, at once. */
const idle = `image: "${images.busybox}", init: true, stop_grace_period: 0s`;
const sleeping = `${idle}, command: sleep 1000`;

/** Machines that run tests have much to do. */
const patience = { timeout: 20_000 };

const file = (services: string): ProjectFiles => ({ 'compose.yaml': `services:\n${services}` });

async function start(p: TestProject, ...args: readonly string[]): Promise<RunningCommand> {
  const watching = p.startFlotilla(['watch', ...args], { env: { DOCKER_CONFIG: join(p.folder, '.docker') } });
  await watching.output(/Watch enabled/);
  return watching;
}

async function end(watching: RunningCommand): Promise<void> {
  watching.signal('SIGINT');
  expect((await watching.done).exitCode).toBe(130);
}

const read = async (p: TestProject, service: string, script: string): Promise<string> =>
  (await p.flotilla(['exec', '-T', service, 'sh', '-c', script])).stdout;

const ids = async (p: TestProject): Promise<readonly string[]> =>
  (await p.containers()).map(({ id }) => id).sort();

describe('watch', () => {
  it('copies what is saved, takes away what is deleted, and leaves the rest alone', async () => {
    const p = await engine.project({
      ...file(
        `  web: {${sleeping}, develop: {watch: [{path: ./src, action: sync, target: /app/src, ignore: ["*.log", cache/]}]}}`,
      ),
      'src/one': 'first',
      'src/sub/two': 'second',
    });
    await succeed(p.flotilla(['up', '-d']));
    await succeed(
      p.flotilla(['exec', '-T', 'web', 'sh', '-c', 'mkdir -p /app/src/sub; touch /app/src/sub/own']),
    );
    const before = await ids(p);
    const watching = await start(p, '--no-up');
    p.write('src/one', 'changed');
    p.write('src/new/deep/three', 'third');
    p.write('src/sub/two', 'second, changed');
    p.write('src/left.log', 'not this');
    p.write('src/cache/four', 'nor this');
    symlinkSync('one', join(p.folder, 'src/link'));
    await expect
      .poll(() => read(p, 'web', 'cd /app/src; find . | sort; cat one new/deep/three link sub/two'), patience)
      .toBe(`.
./link
./new
./new/deep
./new/deep/three
./one
./sub
./sub/own
./sub/two
changedthirdchangedsecond, changed`);
    rmSync(join(p.folder, 'src/new'), { recursive: true });
    rmSync(join(p.folder, 'src/sub'), { recursive: true });
    await expect
      .poll(() => read(p, 'web', 'cd /app/src; find . | sort'))
      .toBe(`.
./link
./one
./sub
./sub/own
`);
    rmSync(join(p.folder, 'src/one'));
    p.write('src/one/below', 'a folder now');
    await expect.poll(() => read(p, 'web', 'cd /app/src; cat one/below'), patience).toBe('a folder now');
    rmSync(join(p.folder, 'src/one'), { recursive: true });
    p.write('src/one', 'a file again');
    await expect.poll(() => read(p, 'web', 'cd /app/src; cat one'), patience).toBe('a file again');
    await end(watching);
    expect(watching.stderr).toBe('');
    expect(watching.stdout).toMatch(
      /^Watch enabled\n(Syncing service "web" after \d+ changes were detected\n)+$/,
    );
    expect(await ids(p)).toEqual(before);
  });

  it('goes on in containers that cannot delete, and tells it once', async () => {
    const p = await engine.project({
      ...file(
        `  web: {${sleeping}, develop: {watch: [{path: src, action: sync, target: /app, initial_sync: true}]}}`,
      ),
      'src/a': 'a',
      'src/b': 'b',
    });
    const watching = await start(p);
    await succeed(p.flotilla(['exec', '-T', 'web', 'rm', '/bin/rm']));
    rmSync(join(p.folder, 'src/a'));
    p.write('src/b', 'changed');
    await expect.poll(() => read(p, 'web', 'cat /app/a /app/b'), patience).toBe('achanged');
    rmSync(join(p.folder, 'src/b'));
    p.write('src/c', 'new');
    await expect.poll(() => read(p, 'web', 'cat /app/*'), patience).toBe('achangednew');
    await end(watching);
    expect(watching.stderr.match(/warning: .*/g)).toEqual([
      `warning: cannot delete files in container "${p.name}-web-1": its image has no \`rm\``,
    ]);
  });

  it('restarts, and runs commands, when the files are there', async () => {
    const p = await engine.project({
      ...file(`
  web:
    ${idle.replaceAll(', ', '\n    ')}
    command: sh -c 'cat /etc/web.conf 2>/dev/null; exec sleep 1000'
    develop:
      watch:
        - {path: web.conf, action: sync+restart, target: /etc/web.conf}
        - {path: sql, action: sync+exec, target: /sql, exec: {command: [sh, -c, "cat /sql/*; exit 3"]}}
        - {path: now, action: restart}
`),
      'web.conf': 'first\n',
      now: '',
    });
    await succeed(p.flotilla(['up', '-d']));
    const watching = await start(p, '--no-up');
    p.write('web.conf', 'second\n');
    await watching.output(/service\(s\) \["web"\] restarted/);
    expect((await p.flotilla(['logs', '--no-log-prefix', 'web'])).stdout).toBe('second\n');
    p.write('sql/1.sql', 'select 1;\n');
    await watching.output(/select 1;\n/);
    await watching.output(/warning: sh -c cat .* exited with code 3/);
    p.write('now', 'again');
    await watching.output(/restarted.*restarted/s);
    expect((await p.flotilla(['logs', '--no-log-prefix', 'web'])).stdout).toBe('second\nsecond\n');
    await end(watching);
  });

  it('rebuilds, and what was copied before is there again', async () => {
    const p = await engine.project({
      ...file(`
  web:
    build: .
    init: true
    stop_grace_period: 0s
    command: sleep 1000
    develop:
      watch:
        - {path: src, action: sync, target: /app/src}
        - {path: package, action: rebuild}
  after: {${sleeping}, depends_on: {web: {condition: service_started, restart: true}}}
  beside: {${sleeping}, network_mode: "service:web"}
`),
      Dockerfile: `FROM ${images.busybox}\nCOPY package /package\n`,
      '.dockerignore': 'src/left\n',
      package: 'one',
      'src/a': 'a',
    });
    await provideBuilder(engine.runtime, join(p.folder, '.docker'));
    const watching = await start(p);
    const first = await p.containers();
    p.write('src/a', 'saved');
    p.write('src/left', 'not this');
    await watching.output(/Syncing service "web"/);
    await expect.poll(() => read(p, 'web', 'cat /app/src/a'), patience).toBe('saved');
    p.write('package', 'two');
    await watching.output(/service\(s\) \["web"\] successfully built/);
    expect(await read(p, 'web', 'cat /package /app/src/a; ls /app/src')).toBe('twosaveda\n');
    const second = await p.containers();
    const idOf = (found: typeof first, name: string) => found.find(({ service }) => service === name)?.id;
    expect(idOf(second, 'web')).not.toBe(idOf(first, 'web'));
    expect(idOf(second, 'after')).toBe(idOf(first, 'after'));
    // It lives in the network of the container that is gone.
    expect(idOf(second, 'beside')).not.toBe(idOf(first, 'beside'));
    expect(second.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    await end(watching);
    const { stdout } = await succeed(p.flotilla(['images', 'web', '--format', 'json']));
    expect(JSON.parse(stdout)).toHaveLength(1);
  });

  it('leaves no container stopped at Ctrl+C in the middle of a restart', async () => {
    const p = await engine.project({
      ...file(`
  web:
    image: "${images.busybox}"
    stop_grace_period: 20s
    command: sh -c 'trap "echo stopping; sleep 1; exit" TERM; while :; do sleep 0.1; done'
    develop: {watch: [{path: now, action: restart}]}
`),
      now: '',
    });
    const watching = await start(p);
    p.write('now', 'changed');
    await expect.poll(async () => (await p.flotilla(['logs', 'web'])).stdout, patience).toContain('stopping');
    await end(watching);
    expect((await p.containers()).map(({ state }) => state)).toEqual(['running']);
    expect((await p.flotilla(['logs', '--no-log-prefix', 'web'])).stdout).toBe('stopping\n');
  });

  it('changes nothing with --dry-run', async () => {
    const p = await engine.project({
      ...file(`  web: {${sleeping}, develop: {watch: [{path: now, action: restart}]}}`),
    });
    const plan = await succeed(p.flotilla(['--dry-run', 'watch']));
    expect(plan.stdout).toContain(`${p.name}-web-1`);
    await succeed(p.flotilla(['--dry-run', 'watch', '--no-up']));
    expect(await p.containers()).toEqual([]);
  });

  it('goes on when a build fails', async () => {
    const p = await engine.project({
      ...file(
        `  web: {build: ., init: true, stop_grace_period: 0s, command: sleep 1000, develop: {watch: [{path: Dockerfile, action: rebuild}]}}`,
      ),
      Dockerfile: `FROM ${images.busybox}\n`,
    });
    await provideBuilder(engine.runtime, join(p.folder, '.docker'));
    const watching = await start(p, '--quiet');
    const before = await ids(p);
    p.write('Dockerfile', `FROM ${images.busybox}\nRUN false\n`);
    await watching.output(/warning: /);
    expect(await ids(p)).toEqual(before);
    p.write('Dockerfile', `FROM ${images.busybox}\nRUN true\n`);
    await watching.output(/successfully built/);
    expect(await ids(p)).not.toEqual(before);
    await end(watching);
  });

  it('brings every replica up to date, and those that somebody makes meanwhile', async () => {
    const p = await engine.project({
      ...file(`
  web:
    ${sleeping.replaceAll(', ', '\n    ')}
    user: "1000"
    develop: {watch: [{path: src, action: sync, target: /app, initial_sync: true, include: ["*.js"]}]}
`),
      'src/old.js': 'old',
      'src/other.css': 'not this',
    });
    const watching = await start(p);
    expect(await read(p, 'web', 'cd /app; ls; cat *')).toBe('old.js\nold');
    p.write('src/new.js', 'new');
    await watching.output(/Syncing/);
    await succeed(p.flotilla(['up', '-d', '--force-recreate', '--scale', 'web=2']));
    for (const index of ['1', '2']) {
      await expect
        .poll(async () => {
          const args = [
            'exec',
            '-T',
            '--index',
            index,
            'web',
            'sh',
            '-c',
            'cd /app; cat new.js old.js; stat -c %u *',
          ];
          return (await p.flotilla(args)).stdout;
        }, patience)
        .toBe('newold1000\n1000\n');
    }
    await end(watching);
  });

  it('says why when there is nothing to watch or to build, and when another one watches', async () => {
    const p = await engine.project(file(`  web: {${sleeping}}`));
    expect(await p.flotilla(['watch'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        "none of the selected services is configured for watch, consider setting a 'develop' section",
      ),
    });
    p.write(
      'compose.yaml',
      `services:\n  web: {${sleeping}, develop: {watch: [{path: ., action: rebuild}]}}\n`,
    );
    const { exitCode, stderr } = await p.flotilla(['watch']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/compose\.yaml:2:\d+: error: can't watch service "web" with action rebuild/);
    expect(await p.containers()).toEqual([]);
    await p.composeToo(['watch'], ({ stderr: theirs }) => expect(theirs).toContain("can't watch service"));

    p.write(
      'compose.yaml',
      `services:\n  web: {${sleeping}, develop: {watch: [{path: ., action: restart}]}}\n`,
    );
    const watching = await start(p);
    const second = await p.flotilla(['watch', '--no-up']);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/"flotilla watch" \(pid \d+\) is still at work on project/);
    await end(watching);
  });

  it('tells of rules that a mount makes needless', async () => {
    const p = await engine.project(
      file(`
  web:
    ${sleeping.replaceAll(', ', '\n    ')}
    volumes: ["./src:/app"]
    develop:
      watch:
        - {path: src/lib, action: sync, target: /app/lib}
        - {path: other, action: restart}
`),
    );
    mkdirSync(join(p.folder, 'src/lib'), { recursive: true });
    const watching = await start(p);
    await end(watching);
    expect(watching.stderr).toContain(
      `warning: service "web": "${join(p.folder, 'src/lib')}" is mounted into the container, so there is nothing to copy\n`,
    );
  });
});

describe('up --watch', () => {
  it('shows output across restarts, and stops everything at Ctrl+C', async () => {
    const p = await engine.project({
      ...file(`
  web:
    ${idle.replaceAll(', ', '\n    ')}
    command: sh -c 'cat /conf; exec sleep 1000'
    develop: {watch: [{path: conf, action: sync+restart, target: /conf, initial_sync: true}]}
`),
      conf: 'one\n',
    });
    const up = p.startFlotilla(['up', '--watch']);
    await up.output(/web-1 +\| one\n/);
    await up.output(/⦿ Watch enabled/);
    p.write('conf', 'two\n');
    await up.output(/web-1 +\| two\n/);
    await up.output(/⦿ service\(s\) \["web"\] restarted/);
    p.write('conf', 'three\n');
    await up.output(/web-1 +\| three\n/);
    up.signal('SIGINT');
    await up.done;
    expect((await p.containers()).map(({ state }) => state)).toEqual(['exited']);
  });

  it('refuses what contradicts it', async () => {
    const p = await engine.project(file(`  web: {${sleeping}}`));
    for (const [flag, words] of [
      ['--no-build', '--no-build and --watch are incompatible'],
      ['--detach', '--detach cannot be combined with --watch'],
      ['--abort-on-container-exit', '--abort-on-container-exit cannot be combined with --watch'],
    ] as const) {
      const { exitCode, stderr } = await p.flotilla(['up', '--watch', flag]);
      expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining(words)]);
    }
  });
});
