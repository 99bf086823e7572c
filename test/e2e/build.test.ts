import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { provideBuilder } from '../support/builder.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const file = (word: string) => `
services:
  app:
    build: {context: app, args: {WORD: ${word}, FROM_OUTSIDE: null}, labels: {color: green}, target: last}
    stop_grace_period: 0s
  inline:
    scale: 0
    build:
      dockerfile_inline: |
        FROM ${images.busybox}
        RUN --mount=type=secret,id=token cp /run/secrets/token /copied
        CMD cat /copied
      secrets: [token]
  slow:
    profiles: [slow]
    build:
      dockerfile_inline: |
        FROM ${images.busybox}
        RUN echo slowly; sleep 2
  broken:
    profiles: [broken]
    build: {context: broken}
secrets: {token: {environment: TOKEN}}
`;
const dockerfile = `
ARG BASE=${images.busybox}
FROM $BASE AS first
ARG WORD
ARG FROM_OUTSIDE
RUN echo "$WORD $FROM_OUTSIDE" > /word
FROM first AS last
COPY file.txt /file.txt
CMD ["sh", "-c", "cat /word /file.txt; exec sleep 1000"]
FROM first AS never
RUN false
`;

describe('build', () => {
  let p: TestProject;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    p = await engine.project({
      'compose.yaml': file('hello'),
      'app/Dockerfile': dockerfile,
      'app/file.txt': 'content\n',
      'broken/Dockerfile': `FROM ${images.busybox}\nRUN echo about to fail; exit 3\n`,
    });
    const config = join(p.folder, '.docker');
    await provideBuilder(engine.runtime, config);
    env = { DOCKER_CONFIG: config, FROM_OUTSIDE: 'outside', TOKEN: 'sesame' };
  });
  const flotilla = (...args: readonly string[]) => p.flotilla(args, { env });
  const output = async () => (await succeed(flotilla('logs', '--no-log-prefix', 'app'))).stdout;

  it('makes what is missing on the way up, and the container says what was built', async () => {
    const ran = await succeed(flotilla('up', '-d'));
    expect(ran.stderr).toMatch(/Image .*-app {2}Built/);
    await expect.poll(output).toBe('hello outside\ncontent\n');
    const again = await succeed(flotilla('up', '-d'));
    expect(again.stderr).not.toContain('Building');
    expect(again.stderr).toContain(`Container ${p.name}-app-1  Running`);
  });

  it('--build builds again, and recreates only when it became another image', async () => {
    const [before] = await p.containers();
    await succeed(flotilla('up', '-d', '--build'));
    expect((await p.containers())[0]?.id).toBe(before?.id);
    p.write('app/file.txt', 'changed\n');
    const ran = await succeed(flotilla('up', '-d', '--build'));
    expect(ran.stderr).toMatch(/-app-1 {2}Recreated/);
    expect((await p.containers())[0]?.id).not.toBe(before?.id);
    await expect.poll(output).toBe('hello outside\nchanged\n');
  });

  it('builds by itself, with variables of the command line and secrets of the file', async () => {
    await succeed(flotilla('build', '--build-arg', 'WORD=other', 'app', 'inline'));
    expect((await succeed(flotilla('run', '--rm', '-q', 'inline'))).stdout).toBe('sesame');
    expect((await succeed(flotilla('run', '--rm', '-q', '--no-deps', 'app', 'cat', '/word'))).stdout).toBe(
      'other outside\n',
    );
  });

  it('names the place, and the builder’s last words, when it fails', async () => {
    const ran = await flotilla('--profile', 'broken', 'build', 'broken');
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(
      /compose\.yaml:\d+:\d+: error: .*cannot build image .*-broken of service "broken"/,
    );
    expect(ran.stderr).toContain('about to fail');
    expect(ran.stderr).toContain('hint:');
  });

  it('is given up at once by Ctrl+C, and a killed one holds nobody up', async () => {
    const interrupted = p.startFlotilla(['--profile', 'slow', 'build', 'slow'], { env });
    await interrupted.output(/slowly/);
    interrupted.signal('SIGINT');
    expect((await interrupted.done).exitCode).toBe(130);
    const killed = p.startFlotilla(['--profile', 'slow', 'build', 'slow'], { env });
    await killed.output(/slowly/);
    killed.signal('SIGKILL');
    await killed.done;
    await succeed(flotilla('--profile', 'slow', 'build', 'slow', 'app'));
  });

  it('only says what it would do when it is tried out', async () => {
    const ran = await succeed(flotilla('--dry-run', 'build', 'app'));
    expect(ran.stdout).toContain('image.build:app');
  });

  it('refuses what is missing when nothing may be built', async () => {
    const other = await engine.project({
      'compose.yaml': 'services: {web: {build: .}}',
      Dockerfile: 'FROM scratch',
    });
    const ran = await other.flotilla(['up', '-d', '--no-build'], { env });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('service "web" has to be built, and --no-build was given');
    expect(await other.containers()).toEqual([]);
  });

  it('says what is missing where there is no builder', async () => {
    const other = await engine.project({
      'compose.yaml': 'services: {web: {build: .}}',
      Dockerfile: 'FROM scratch',
    });
    const nowhere = dirname(p.folder);
    const tools = join(nowhere, 'tools');
    mkdirSync(tools);
    for (const folder of ['/usr/bin', '/usr/sbin']) {
      for (const name of readdirSync(folder)) {
        if (name !== 'buildah' && !existsSync(join(tools, name)))
          symlinkSync(join(folder, name), join(tools, name));
      }
    }
    const ran = await other.flotilla(['build'], {
      env: { DOCKER_CONFIG: nowhere, HOME: nowhere, PATH: tools },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/buildx plugin is not here|there is no builder here/);
    expect(ran.stderr).toContain('apt-get install');
  });
});
