import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const sources = {
  file: 'file: ./given.txt',
  environment: 'environment: GIVEN',
  content: 'content: from the file',
};
const wishes = { plain: '', owned: ", uid: '103', gid: '104', mode: 0440" };

const names = Object.keys(sources).flatMap((source) =>
  Object.keys(wishes).map((wish) => ({ source, wish, name: `${source}-${wish}` })),
);

/** Every source, with and without an owner, as config and as secret, in a container that is open and one that is not. */
const matrix = `
services:
${[false, true]
  .map(
    (readOnly) => `  ${readOnly ? 'closed' : 'open'}:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    read_only: ${readOnly}
    configs:
${references('config-', '/etc/app/')}
    secrets:
${references('secret-', '')}
`,
  )
  .join('')}
configs:
${objects('config-')}
secrets:
${objects('secret-')}
`;

/** Secrets have no `content`. */
function namesOf(prefix: string) {
  return names.filter(({ source }) => prefix === 'config-' || source !== 'content');
}

function references(prefix: string, folder: string): string {
  return namesOf(prefix)
    .map(({ name, wish }) => {
      const more = wishes[wish as keyof typeof wishes];
      const target = folder === '' ? '' : `, target: ${folder}${prefix}${name}`;
      return `      - {source: ${prefix}${name}${target}${more}}`;
    })
    .join('\n');
}

function objects(prefix: string): string {
  return namesOf(prefix)
    .map(({ name, source }) => `  ${prefix}${name}: {${sources[source as keyof typeof sources]}}`)
    .join('\n');
}

const look = 'cd /; for f in etc/app/* run/secrets/*; do echo "$(stat -c "%n %u:%g %a" $f) $(cat $f)"; done';

describe('configs and secrets', () => {
  it('have content, owner and mode from every source, in read-only containers too', async () => {
    const project = await engine.project(
      { 'compose.yaml': matrix, 'given.txt': 'from a file\n' },
      { env: { GIVEN: 'from a variable' } },
    );
    chmodSync(join(project.folder, 'given.txt'), 0o644);
    await succeed(project.flotilla(['up', '-d']));
    const open = (await succeed(project.flotilla(['exec', '-T', 'open', 'sh', '-c', look]))).stdout;
    expect(open).toMatchInlineSnapshot(`
      "etc/app/config-content-owned 103:104 440 from the file
      etc/app/config-content-plain 0:0 444 from the file
      etc/app/config-environment-owned 103:104 440 from a variable
      etc/app/config-environment-plain 0:0 444 from a variable
      etc/app/config-file-owned 103:104 440 from a file
      etc/app/config-file-plain 0:0 644 from a file
      run/secrets/secret-environment-owned 103:104 440 from a variable
      run/secrets/secret-environment-plain 0:0 444 from a variable
      run/secrets/secret-file-owned 103:104 440 from a file
      run/secrets/secret-file-plain 0:0 644 from a file
      "
    `);
    const closed = (await succeed(project.flotilla(['exec', '-T', 'closed', 'sh', '-c', look]))).stdout;
    expect(closed).toBe(open);
    const write = await project.flotilla([
      'exec',
      '-T',
      'closed',
      'sh',
      '-c',
      'echo x > /etc/app/config-content-owned',
    ]);
    expect(write.stderr).toContain('Read-only file system');

    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(0);
    await succeed(project.flotilla(['restart']));
    expect((await succeed(project.flotilla(['exec', '-T', 'closed', 'sh', '-c', look]))).stdout).toBe(open);

    await succeed(project.flotilla(['down']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('come to where a tmpfs is mounted', async () => {
    const project = await engine.project({
      'compose.yaml': `
services:
  web:
    {image: ${images.busybox}, init: true, command: sleep 1000, tmpfs: [/run], configs: [{source: token, target: /run/token}]}
configs: {token: {content: hidden}}
`,
    });
    await succeed(project.flotilla(['up', '-d']));
    const { stdout } = await succeed(project.flotilla(['exec', '-T', 'web', 'cat', '/run/token']));
    expect(stdout).toBe('hidden');
  });

  it('leave no volume of ours behind when a service closes, opens or goes', async () => {
    const file = (readOnly: boolean, content: string) => `
services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000, read_only: ${readOnly}, configs: [token]}
configs: {token: {content: ${content}}}
`;
    const project = await engine.project({ 'compose.yaml': file(true, 'one') });
    await succeed(project.flotilla(['up', '-d', '--scale', 'web=2']));
    const volumes = async () =>
      (await project.leftovers()).filter((line) => line.startsWith('volume')).length;
    expect(await volumes()).toBe(1);
    project.write('compose.yaml', file(true, 'two'));
    await succeed(project.flotilla(['up', '-d', '--force-recreate']));
    expect(await volumes()).toBe(1);
    project.write('compose.yaml', file(false, 'two'));
    await succeed(project.flotilla(['up', '-d']));
    expect(await volumes()).toBe(0);
  });

  it('never take the place of what is mounted, in a container that is to start, runs or has ended', async () => {
    const file = (volume: string, config: string) => `
services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000, volumes: ["${volume}"]${config}}
`;
    const text = { 'one.txt': 'mine', 'folder/one.txt': 'mine' };
    const untouched = (folder: string) =>
      expect(Object.keys(text).map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual([
        'mine',
        'mine',
      ]);
    const places = [
      ['./one.txt:/etc/one', '/etc/one', /busy|already mounted as/],
      ['./folder:/etc/one', '/etc/one', /busy|overwrite directory|already mounted as/],
      ['./folder:/etc/app:ro', '/etc/app/one.txt', /read-only/],
    ] as const;
    for (const [volume, target, reason] of places) {
      const config = `, configs: [{source: one, target: ${target}}]}\nconfigs: {one: {content: other}`;
      const project = await engine.project({ 'compose.yaml': file(volume, config), ...text });
      for (const tool of engine.tools) {
        // A second attempt is no better than the first.
        for (const attempt of tool === 'flotilla' ? [1, 2] : [1]) {
          const { exitCode, stderr } = await project[tool](['up', '-d']);
          const told = expect.stringMatching(reason);
          expect([tool, volume, attempt, exitCode, stderr]).toEqual([tool, volume, attempt, 1, told]);
        }
        untouched(project.folder);
        await succeed(project.flotilla(['down']));
      }
      project.write('compose.yaml', file(volume, ''));
      await succeed(project.flotilla(['up', '-d']));
      const [web] = await project.containers();
      await using calm = await engine.interpose();
      const put = () =>
        calm.session.driver.putFiles(web?.id as never, [
          { path: target, content: 'other', mode: 0o644, uid: 0, gid: 0 },
        ]);
      await expect(put()).rejects.toMatchObject({ code: 'engine.request' });
      if (volume.startsWith('./one')) {
        const { stdout } = await succeed(project.flotilla(['exec', '-T', 'web', 'cat', target]));
        expect(stdout).toBe('mine');
      }
      await succeed(project.flotilla(['stop', '-t', '0']));
      await expect(put()).rejects.toMatchObject({ code: 'engine.request' });
      untouched(project.folder);
    }
  });

  it('that are missing are errors at their place before anything is touched', async () => {
    const project = await engine.project({
      'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    secrets: [gone, unset, {source: folder, mode: 0400}]
secrets:
  gone:
    file: ./gone.txt
  unset:
    environment: NOT_SET_ANYWHERE
  folder:
    file: .
`,
    });
    const { result, writes } = await engine.watch(project, (env) => project.flotilla(['up', '-d'], { env }));
    expect(result.exitCode).toBe(1);
    expect(result.stderr.replaceAll(project.folder, '/shop')).toMatchInlineSnapshot(`
      "compose.yaml:10:18: error: environment variable "NOT_SET_ANYWHERE" required by secret "unset" is not set [compose.required-variable]
       8 |     file: ./gone.txt
       9 |   unset:
      10 |     environment: NOT_SET_ANYWHERE
         |                  ^^^^^^^^^^^^^^^^
      11 |   folder:
      hint: Set it for this command or in the .env file; service "web" needs it.
      compose.yaml:8:11: error: file "/shop/gone.txt" of secret "gone" does not exist [compose.unreadable-file]
      6 | secrets:
      7 |   gone:
      8 |     file: ./gone.txt
        |           ^^^^^^^^^^
      9 |   unset:
      hint: Make the file, or correct its path, which is relative to the project directory.
      compose.yaml:5:28: error: secret "folder" is the folder "/shop", which can be mounted but not be given an owner or a mode [compose.unsupported]
      3 |   web:
      4 |     image: localhost/flotilla/busybox
      5 |     secrets: [gone, unset, {source: folder, mode: 0400}]
        |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      6 | secrets:
      hint: Name a file, or take uid, gid and mode out.
      "
    `);
    expect(writes).toEqual([]);
    rmSync(project.folder, { recursive: true, force: true });
  });
});
