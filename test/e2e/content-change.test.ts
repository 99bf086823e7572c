import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const policies = ['recreate', 'restart', 'signal', 'ignore'] as const;

/** Writes down what it reads when it is told to read again. */
const app = `sh -c "trap 'cat /run/secrets/token /site.conf > /told' HUP; while :; do sleep 0.1; done"`;

const file = `
services:
${policies
  .map(
    (policy) => `  ${policy}:
    image: ${images.busybox}
    init: true
    command: ${app}
    configs: [{source: site, target: /site.conf}]
    secrets: [token]
    x-flotilla: {on_content_change: ${policy}}
`,
  )
  .join('')}
configs: {site: {file: ./site.conf}}
secrets: {token: {environment: TOKEN}}
`;

/** By service: the container, and when it was started. */
async function states(project: TestProject): Promise<Readonly<Record<string, readonly string[]>>> {
  const seen = (await project.containers()).map(async ({ id, service }) => {
    const inspected = await engine.docker.inspect(id);
    return [service, [id, inspected?.startedAt ?? '']] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

async function fileOf(project: TestProject, service: string, ...paths: readonly string[]): Promise<string> {
  const script = `until [ -s ${paths[0]} ]; do sleep 0.1; done; cat ${paths.join(' ')}`;
  return (await succeed(project.flotilla(['exec', '-T', service, 'sh', '-c', script]))).stdout;
}

/** As editors do: another file takes the name. */
function replaceFile(project: TestProject, text: string): void {
  project.write('site.conf.new', text);
  renameSync(join(project.folder, 'site.conf.new'), join(project.folder, 'site.conf'));
}

describe('a changed content of configs and secrets', () => {
  it('recreates, restarts, signals or is ignored, once, and docker compose lets it be', async () => {
    const env = { TOKEN: 'hunter2 ' };
    const project = await engine.project({ 'compose.yaml': file, 'site.conf': 'one' }, { env });
    await succeed(project.flotilla(['up', '-d']));
    const before = await states(project);
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(0);

    const changed = { env: { TOKEN: 'hunter3 ' } };
    replaceFile(project, 'two');
    const why = async (service: string) =>
      (await succeed(project.flotilla(['why', service], changed))).stdout
        .replaceAll(project.name, 'shop')
        .replace(/\(Up [^)]*\)/, '(Up)');
    expect(await why('signal')).toMatchInlineSnapshot(`
      "shop-signal-1 (Up): up would send it a signal
        configs.site  content changed  compose.yaml:32:24
        secrets.token  content changed  compose.yaml:33:32
      "
    `);
    expect(await why('recreate')).toMatchInlineSnapshot(`
      "shop-recreate-1 (Up): up would recreate it
        configs.site  content changed  compose.yaml:32:24
        secrets.token  content changed  compose.yaml:33:32
      "
    `);
    expect(await why('ignore')).toMatchInlineSnapshot(`
      "shop-ignore-1 (Up): up would leave it as it is
        configs.site  content changed  compose.yaml:32:24
        secrets.token  content changed  compose.yaml:33:32
      "
    `);

    const { stderr, stdout } = await succeed(project.flotilla(['up', '-d'], changed));
    expect(stdout + stderr).not.toMatch(/hunter/);
    const after = await states(project);
    const kept = (service: string) =>
      [0, 1].map((part) => after[service]?.[part] === before[service]?.[part]);
    // The container, and its run.
    expect(Object.fromEntries(policies.map((policy) => [policy, kept(policy)]))).toEqual({
      recreate: [false, false],
      restart: [true, false],
      signal: [true, true],
      ignore: [true, true],
    });
    for (const service of ['recreate', 'restart']) {
      expect(await fileOf(project, service, '/run/secrets/token', '/site.conf')).toBe('hunter3 two');
    }
    expect(await fileOf(project, 'signal', '/told')).toBe('hunter3 two');

    expect((await project.flotilla(['plan', '--exit-code'], changed)).exitCode).toBe(0);
    await succeed(project[engine.otherTool](['up', '-d'], changed));
    await succeed(project.flotilla(['up', '-d'], changed));
    expect(await states(project)).toEqual(after);

    // Back to what the label of the container says, which is not what it has.
    replaceFile(project, 'one');
    await succeed(project.flotilla(['up', '-d']));
    expect(await fileOf(project, 'restart', '/run/secrets/token', '/site.conf')).toBe('hunter2 one');
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(0);

    await succeed(project.flotilla(['down']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('that a start has put into a container is known to the next up', async () => {
    const project = await engine.project(
      { 'compose.yaml': file, 'site.conf': 'one' },
      { env: { TOKEN: 'first ' } },
    );
    await succeed(project.flotilla(['up', '-d', 'restart']));
    const second = { env: { TOKEN: 'second ' } };
    await succeed(project.flotilla(['restart', 'restart'], second));
    expect((await project.flotilla(['plan', '--exit-code', 'restart'], second)).exitCode).toBe(0);
    expect((await project.flotilla(['plan', '--exit-code', 'restart'])).exitCode).toBe(2);
    await succeed(project.flotilla(['up', '-d', 'restart']));
    expect(await fileOf(project, 'restart', '/run/secrets/token')).toBe('first ');
  });

  onlyOnDocker('docker compose makes the container', () => {
    it('of a container that docker compose made is no reason for anything', async () => {
      const project = await engine.project(
        { 'compose.yaml': file, 'site.conf': 'one' },
        { env: { TOKEN: 'first ' } },
      );
      await succeed(project.compose(['up', '-d']));
      const before = await states(project);
      replaceFile(project, 'two');
      await succeed(project.flotilla(['up', '-d'], { env: { TOKEN: 'second ' } }));
      expect(await states(project)).toEqual(before);
    });

    it('leaves a container of docker compose startable whose files are mounts, although ours would be copies', async () => {
      const owned = `services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000, secrets: [{source: token, uid: "1000"}]}
secrets: {token: {file: ./token}}
`;
      const project = await engine.project({ 'compose.yaml': owned, token: 'one' });
      await succeed(project.compose(['up', '-d']));
      const before = (await project.containers()).map(({ id }) => id);
      await succeed(project.flotilla(['stop', '-t', '1']));
      await succeed(project.flotilla(['start']));
      await succeed(project.flotilla(['restart', '-t', '1']));
      await succeed(project.flotilla(['stop', '-t', '1']));
      await succeed(project.flotilla(['up', '-d']));
      expect((await project.containers()).map(({ id, state }) => `${id} ${state}`)).toEqual([
        `${before[0]} running`,
      ]);
    });
  });

  it('of an env file is a variable that changed, with its line there', async () => {
    const project = await engine.project({
      'compose.yaml': `services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000, env_file: [web.env], environment: {A: a}}
`,
      'web.env': '# of the web\nLEVEL=info\nDB_PASSWORD=one\n',
    });
    await succeed(project.flotilla(['up', '-d']));
    project.write('web.env', '# of the web\n\nLEVEL=debug\nDB_PASSWORD=two\n');
    const { stdout } = await succeed(project.flotilla(['why', 'web']));
    expect(stdout.replaceAll(project.name, 'shop').replace(/\(Up [^)]*\)/, '(Up)')).toMatchInlineSnapshot(`
      "shop-web-1 (Up): up would recreate it
        environment.DB_PASSWORD  changed  web.env:4:1
        environment.LEVEL  "info" -> "debug"  web.env:3:1
      "
    `);
  });
});
