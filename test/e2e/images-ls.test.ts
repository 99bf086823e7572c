import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

/** A table whose columns of varying width and content are the same everywhere. */
const plain = (text: string): string => text.replace(/ {2,}/g, '  ').replace(/ +$/gm, '');

describe('images', () => {
  const engine = useEngine();
  let p: TestProject;
  let nowhere: TestProject;
  const tags = ['localhost/flotilla/moved:1', 'localhost/flotilla/kept:2'];
  beforeAll(async () => {
    p = await engine.project({
      'compose.yaml': `
services:
  web: {image: "${tags[1]}", init: true, command: sleep 1000, scale: 2}
  job: {image: "${images.busybox}", command: "true"}
  old: {image: "${tags[0]}", init: true, command: sleep 1000}
`,
    });
    nowhere = await engine.project({});
    for (const tag of tags) await engine.docker.tag(images.busybox, tag);
    await succeed(p.flotilla(['up', '-d']));
    await engine.docker.untag(tags[0] ?? '');
  });
  afterAll(async () => {
    await p.remove();
    await engine.docker.untag(tags[1] ?? '');
  });

  const named = (text: string): string =>
    plain(text.replaceAll(p.name, 'NAME')).replace(/[0-9a-f]{12}/g, 'ID');

  it('are those of the containers of a project, running or not', async () => {
    const { stdout } = await succeed(p.flotilla(['images']));
    const size = /\d[\d.]*[kMG]?B/.exec(stdout)?.[0];
    const created = / {3}(\S+ \S+ ago|\S+ \S+ \S+ ago|N\/A)$/m.exec(stdout)?.[1];
    const rest = `linux/amd64  ID  ${size}  ${created}`;
    expect(named(stdout)).toBe(`CONTAINER  REPOSITORY  TAG  PLATFORM  IMAGE ID  SIZE  CREATED
NAME-job-1  localhost/flotilla/busybox  latest  ${rest}
NAME-old-1  <none>  <none>  ${rest}
NAME-web-1  localhost/flotilla/kept  2  ${rest}
NAME-web-2  localhost/flotilla/kept  2  ${rest}
`);
    await p.composeToo(['images', 'web'], (theirs) => {
      const ours = stdout.split('\n').filter((line) => /CONTAINER|-web-/.test(line));
      const lines = (text: string) =>
        plain(text)
          .split('\n')
          .map((line) => line.split('  ').slice(0, 6));
      expect(lines(ours.join('\n'))).toEqual(lines(theirs.stdout.trimEnd()));
    });
  });

  it('can be had as JSON, as ids, of some services and by the name of a project', async () => {
    const json = await succeed(p.flotilla(['images', '--format', 'json', 'web']));
    const [first, ...others] = JSON.parse(json.stdout);
    expect(others).toHaveLength(1);
    expect(Object.keys(first).slice(0, 6).join()).toBe('ID,ContainerName,Repository,Tag,Platform,Size');
    await p.composeToo(['images', '--format', 'json', 'web'], (theirs) => {
      const [other] = JSON.parse(theirs.stdout).filter(
        ({ ContainerName }: { readonly ContainerName: string }) => ContainerName === first.ContainerName,
      );
      const { Created: _, LastTagTime: ours, ...rest } = first;
      expect({ ...rest, LastTagTime: expect.any(String) }).toEqual(other);
      expect(Math.abs(Date.parse(other.LastTagTime) - Date.parse(ours))).toBeLessThan(1);
    });
    const quiet = await succeed(p.flotilla(['images', '-q']));
    expect(`sha256:${quiet.stdout}`).toBe(`${first.ID}\n`);
    await p.composeToo(['images', '-q'], ({ stdout }) => expect(quiet.stdout).toBe(stdout));
    const byName = await succeed(nowhere.flotilla(['-p', p.name, 'images', '-q', 'web']));
    expect(byName.stdout).toBe(quiet.stdout);
    expect((await succeed(nowhere.flotilla(['images', '--format', 'json']))).stdout).toBe('[]\n');
    expect(await p.flotilla(['images', 'wbe'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no such service: wbe'),
    });
    expect((await p.flotilla(['images', '--format', 'xml'])).exitCode).toBe(1);
  });
});

describe('ls', () => {
  const engine = useEngine();
  const list = async (project: TestProject, ...words: string[]): Promise<string> =>
    (await succeed(project.flotilla(['ls', ...words]))).stdout;

  it('shows what runs, and the rest when asked, without a file', async () => {
    const p = await engine.project({
      'compose.yaml': `
services:
  web: {image: "${images.busybox}", init: true, command: sleep 1000, scale: 2}
  job: {image: "${images.busybox}", command: "true"}
`,
      'more.yaml': 'services: {web: {environment: {A: b}}}',
    });
    const nowhere = await engine.project({});
    const filter = ['--filter', `name=${p.name}`];
    await succeed(p.flotilla(['-f', 'compose.yaml', '-f', 'more.yaml', 'up', '-d']));
    await succeed(p.flotilla(['-f', 'compose.yaml', '-f', 'more.yaml', 'stop', 'job']));
    const files = `${p.folder}/compose.yaml,${p.folder}/more.yaml`;
    const table = await list(nowhere, ...filter);
    expect(table).toBe(`NAME                STATUS              CONFIG FILES
${p.name.padEnd(19)} running(2)          ${files}
`);
    const all = await list(nowhere, '-a', '--format', 'json', ...filter);
    expect(all).toBe(`[{"Name":"${p.name}","Status":"exited(1), running(2)","ConfigFiles":"${files}"}]\n`);
    expect(await list(nowhere, '-q', '--filter', `name=^${p.name.slice(0, -1)}.$`)).toBe(`${p.name}\n`);
    expect(await list(nowhere, '--format', 'json', '--filter', 'name=^nothing$')).toBe('[]\n');
    await nowhere.composeToo(['ls', ...filter], ({ stdout }) => expect(table).toBe(stdout));
    await nowhere.composeToo(['ls', '-a', '--format', 'json', ...filter], ({ stdout }) =>
      expect(all).toBe(stdout),
    );
    await succeed(p.flotilla(['stop']));
    expect(await list(nowhere, '-q', ...filter)).toBe('');
    expect(await list(nowhere, '-a', '-q', ...filter)).toBe(`${p.name}\n`);
  });

  it('refuses filters that it does not have, and expressions that are none', async () => {
    const p = await engine.project({});
    for (const [filter, message] of [
      ['status=running', 'unsupported filter "status=running"'],
      ['name', 'invalid filter "name"'],
      ['name=[', '"[" is no regular expression'],
    ] as const) {
      expect(await p.flotilla(['ls', '--filter', filter])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(message),
      });
    }
    await p.composeToo(['ls', '--filter', 'status=running'], ({ exitCode }) => expect(exitCode).toBe(1));
  });
});
