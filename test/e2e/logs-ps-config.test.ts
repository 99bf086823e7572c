import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../../scripts/lib/built.mjs';
import { version } from '../../src/core/version.ts';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = (services: string) => ({ 'compose.yaml': `services:\n${services}` });
const service = (name: string, command: string, rest = '') =>
  `  ${name}:\n    image: ${images.busybox}\n    command: ${command}\n${rest}`;
const polite = `sh -c "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"`;

function sorted(text: string): string {
  const unpadded = text.replaceAll('\r\x1b[K', '').replaceAll(/ +\|/g, ' |');
  return unpadded.split('\n').sort().join('\n').trim();
}

/** Both tools' answer to the same question, the same but for what `tidy` takes out; ours as it is. */
async function same(
  project: TestProject,
  args: readonly string[],
  tidy: (text: string) => string = (text) => text,
): Promise<string> {
  const ours = await succeed(project.flotilla(args));
  await project.composeToo(args, (theirs) => {
    expect(tidy(ours.stdout)).toBe(tidy(theirs.stdout));
    expect(ours.exitCode).toBe(theirs.exitCode);
  });
  return ours.stdout;
}

describe('logs', () => {
  it('prints what docker compose prints', async () => {
    const project = await engine.project(
      file(
        service('web', `sh -c "for i in 1 2 3; do echo line $$i; done; echo err >&2"`) +
          service('other', 'echo one'),
      ),
    );
    await project.flotilla(['up']);
    expect(sorted(await same(project, ['logs'], sorted))).toMatchInlineSnapshot(`
      "other-1 | one
      web-1 | err
      web-1 | line 1
      web-1 | line 2
      web-1 | line 3"
    `);
    expect(await same(project, ['logs', '--no-log-prefix', 'other'])).toBe('one\n');
    expect(await same(project, ['logs', '--tail', '1', 'other'])).toBe('other-1  | one\n');
    expect(await same(project, ['logs', '--tail', '0'])).toBe('');
    expect(await same(project, ['logs', '--since', '1h', 'other'])).toBe('other-1  | one\n');
    expect(await same(project, ['logs', '--until', '1h', 'other'])).toBe('');
    expect(await same(project, ['logs', '-t', 'other'])).toMatch(/^other-1 {2}\| \d{4}-\S+Z one\n$/);
    expect(await same(project, ['logs', '--index', '1', 'other'])).toBe('other-1  | one\n');
  });

  it('-f follows containers that are restarted, and those that start later', async () => {
    const project = await engine.project(
      file(service('web', polite) + service('other', polite) + service('later', polite)),
    );
    expect(await project.flotilla(['up', '-d', 'web', 'other'])).toMatchObject({ exitCode: 0 });
    const logs = project.startFlotilla(['logs', '-f']);
    await logs.output(/web-1 +\| ready/);
    const web = (await project.containers()).find((it) => it.service === 'web');
    await engine.docker.restart(web?.id ?? '');
    await logs.output(/web-1 +\| ready\n(.*\n)*web-1 +\| ready/);
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    await logs.output(/later-1 +\| ready/);
    await succeed(project[engine.otherTool](['stop']));
    const { exitCode, stdout } = await logs.done;
    expect(exitCode).toBe(0);
    // Whether the restart was seen in time to be called one is chance.
    expect(sorted(stdout.replaceAll(' (restarting)', ''))).toMatchInlineSnapshot(`
      "later-1 exited with code 0
      later-1 | ready
      other-1 exited with code 0
      other-1 | ready
      web-1 exited with code 0
      web-1 exited with code 0
      web-1 | ready
      web-1 | ready"
    `);
  });

  it('-f goes on with the container that another command puts in the place of the only one', async () => {
    const saying = (word: string) =>
      file(service('web', `sh -c "trap 'exit 0' TERM; echo ${word}; while :; do sleep 0.05; done"`));
    const project = await engine.project(saying('v1'));
    await succeed(project.flotilla(['up', '-d']));
    const logs = project.startFlotilla(['logs', '-f']);
    await logs.output(/v1/);
    project.write('compose.yaml', saying('v2')['compose.yaml'] ?? '');
    await succeed(project[engine.otherTool](['up', '-d']));
    await logs.output(/v2/);
    await succeed(project.flotilla(['stop']));
    const { exitCode, stdout } = await logs.done;
    expect(exitCode).toBe(0);
    expect(stdout).toBe('web-1  | v1\nweb-1 exited with code 0\nweb-1  | v2\nweb-1 exited with code 0\n');
  });

  it('-f ends with 130 at Ctrl+C, and the containers go on', async () => {
    const project = await engine.project(file(service('web', polite)));
    await project.flotilla(['up', '-d']);
    const logs = project.startFlotilla(['logs', '-f']);
    await logs.output(/ready/);
    logs.signal('SIGINT');
    expect(await logs.done).toMatchObject({ exitCode: 130, stdout: 'web-1  | ready\n' });
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running']);
  });
});

describe('ps', () => {
  /** Times pass between the two calls. */
  const timeless = (text: string) =>
    text
      .replaceAll(/(Less than a second|About a minute|\d+ seconds?)( ago)?/g, 'TIME$2')
      .replaceAll(/ +/g, ' ');

  it('prints what docker compose prints, in every format', async () => {
    const project = await engine.project(
      file(
        service('web', polite, '    ports: ["127.0.0.1::80", "127.0.0.1::81/udp"]\n    expose: ["99"]\n') +
          service('sick', polite, '    healthcheck: {test: exit 1, interval: 50ms, retries: 1}\n') +
          service('job', 'sh -c "exit 3"'),
      ),
    );
    await project.flotilla(['up', '-d', '--wait', 'sick']);
    await project.flotilla(['up', '-d']);
    await expect
      .poll(async () => (await project.flotilla(['ps', '-aq', '--status', 'exited'])).stdout)
      .not.toBe('');
    const shown = async (args: readonly string[]) =>
      timeless(await same(project, args, timeless))
        .replaceAll(project.name, 'shop')
        .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
        .replaceAll(/^[0-9a-f]{64}$/gm, '<id>');
    expect(await shown(['ps'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      shop-sick-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" sick TIME ago Up TIME (unhealthy) 
      shop-web-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" web TIME ago Up TIME 99/tcp, 127.0.0.1:PORT->80/tcp, 127.0.0.1:PORT->81/udp
      "
    `);
    expect(await shown(['ps', '-a'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      shop-job-1 localhost/flotilla/busybox "sh -c 'exit 3'" job TIME ago Exited (3) TIME ago 
      shop-sick-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" sick TIME ago Up TIME (unhealthy) 
      shop-web-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" web TIME ago Up TIME 99/tcp, 127.0.0.1:PORT->80/tcp, 127.0.0.1:PORT->81/udp
      "
    `);
    expect(await shown(['ps', '-aq'])).toMatchInlineSnapshot(`
      "<id>
      <id>
      <id>
      "
    `);
    expect(await shown(['ps', '--services', '-a'])).toMatchInlineSnapshot(`
      "job
      sick
      web
      "
    `);
    expect(await shown(['ps', '--status', 'exited'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      shop-job-1 localhost/flotilla/busybox "sh -c 'exit 3'" job TIME ago Exited (3) TIME ago 
      "
    `);
    expect(await shown(['ps', '--filter', 'status=running'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      shop-sick-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" sick TIME ago Up TIME (unhealthy) 
      shop-web-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0…" web TIME ago Up TIME 99/tcp, 127.0.0.1:PORT->80/tcp, 127.0.0.1:PORT->81/udp
      "
    `);
    expect(await shown(['ps', 'job'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      "
    `);
    const template = '{{.Name}} {{.Service}} {{.State}} {{.ExitCode}} {{.Health}}';
    expect(await shown(['ps', '-a', '--format', template])).toMatchInlineSnapshot(`
      "shop-job-1 job exited 3 
      shop-sick-1 sick running 0 unhealthy
      shop-web-1 web running 0 
      "
    `);
    const table = 'table {{.Name}}\t{{.Ports}}';
    expect(await shown(['ps', '--format', table])).toMatchInlineSnapshot(`
      "NAME PORTS
      shop-sick-1 
      shop-web-1 99/tcp, 127.0.0.1:PORT->80/tcp, 127.0.0.1:PORT->81/udp
      "
    `);
    expect(await shown(['ps', '-a', '--no-trunc'])).toMatchInlineSnapshot(`
      "NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS
      shop-job-1 localhost/flotilla/busybox "sh -c 'exit 3'" job TIME ago Exited (3) TIME ago 
      shop-sick-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done'" sick TIME ago Up TIME (unhealthy) 
      shop-web-1 localhost/flotilla/busybox "sh -c 'trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done'" web TIME ago Up TIME 99/tcp, 127.0.0.1:PORT->80/tcp, 127.0.0.1:PORT->81/udp
      "
    `);
    const json = await same(project, ['ps', '-a', '--format', 'json'], (text) =>
      timeless(text).replaceAll(/"Labels":"(?:[^"\\]|\\.)*"/g, ''),
    );
    expect(
      json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ Service, State, Health, ExitCode, Publishers }) => ({
          ...{ Service, State, Health, ExitCode },
          ports: Publishers.map(
            ({ URL, TargetPort, Protocol }: Readonly<Record<string, unknown>>) =>
              `${URL} ${TargetPort}/${Protocol}`,
          ),
        })),
    ).toMatchInlineSnapshot(`
      [
        {
          "ExitCode": 3,
          "Health": "",
          "Service": "job",
          "State": "exited",
          "ports": [],
        },
        {
          "ExitCode": 0,
          "Health": "unhealthy",
          "Service": "sick",
          "State": "running",
          "ports": [],
        },
        {
          "ExitCode": 0,
          "Health": "",
          "Service": "web",
          "State": "running",
          "ports": [
            "127.0.0.1 80/tcp",
            "127.0.0.1 81/udp",
            " 99/tcp",
          ],
        },
      ]
    `);
  });
});

onlyOnDocker('what asks no engine', () => {
  describe('config', () => {
    it.each(readdirSync(join(repository, 'fixtures/projects')))(
      'means by %s what docker compose means',
      async (fixture) => {
        const project = await engine.project({ fixture }, { images: [] });
        await same(project, ['config']);
        // docker compose 5 leaves the default away in JSON, the 2.40 that we compare with does not.
        await same(project, ['config', '--format', 'json'], (text) =>
          text.replaceAll(/"bind": \{\s*"create_host_path": true\s*\}/g, '"bind": {}'),
        );
        await same(project, ['config', '--services'], sorted);
        // For the same reason it hashes a bind mount otherwise.
        if (fixture !== 'bind-mount') await same(project, ['config', '--hash', '*']);
        await same(project, ['config', '--images'], sorted);
        await same(project, ['config', '--volumes'], sorted);
        // A single tmpfs may be a word or a list of one.
        await same(project, ['config', '--no-interpolate'], (text) =>
          text.replaceAll(/tmpfs:\n +- (\S+)/g, 'tmpfs: $1'),
        );
      },
    );
  });

  describe('version', () => {
    it.each([
      [['version'], `Flotilla version v${version}\n`],
      [['version', '--short'], `${version}\n`],
      [['version', '--format', 'json'], `{"version":"v${version}"}\n`],
      [['--version'], `Flotilla version v${version}\n`],
    ])('%j', async (args, stdout) => {
      const project = await engine.project({}, { images: [] });
      expect(await project.flotilla(args)).toMatchObject({ exitCode: 0, stdout, stderr: '' });
    });
  });
});
