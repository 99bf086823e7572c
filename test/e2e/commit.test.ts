import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  web:
    image: ${images.busybox}
    command: sleep 1003
    environment: {A: "1", B: two words}
    labels: {team: blue}
    user: "0"
    expose: ["8080"]
    healthcheck: {test: ["NONE"]}
    volumes: ["data:/data"]
    stop_grace_period: 0s
  two: {image: ${images.busybox}, command: sleep 1003, scale: 2, stop_grace_period: 0s}
volumes: {data: {}}
`;

const changed =
  'echo mounted > /data/d; echo own > /own; chown 5:6 /own; chmod 640 /own; ln -s own /soft; rm /usr/bin/vi; ' +
  'rm -r /usr/local; mkdir /usr/local; echo new > /usr/local/new';

/** What an image says of how to run it, without the labels of who made the container. */
async function settingsOf(project: TestProject, reference: string): Promise<object> {
  const { Config, Author, Comment } = (
    engine.runtime === 'docker'
      ? await engine.docker.call('GET', `/images/${reference}/json`)
      : JSON.parse((await succeed(project.flotilla(['image', 'inspect', reference]))).stdout)[0]
  ) as {
    readonly Config: Readonly<Record<string, unknown>>;
    readonly Author?: string;
    readonly Comment?: string;
  };
  const { Labels, Cmd, Entrypoint, Env, ExposedPorts, OnBuild, User, Volumes, WorkingDir } = Config;
  const labels = Object.entries(Labels ?? {}).filter(
    ([key]) => !/^(com\.docker\.|dev\.flotilla\.|flotilla\.)/.test(key),
  );
  const isSaid = ([, value]: readonly [string, unknown]): boolean =>
    value !== null && value !== undefined && value !== '';
  const settings = { Cmd, Entrypoint, ExposedPorts, OnBuild, User, Volumes, WorkingDir, Author, Comment };
  return {
    ...Object.fromEntries(Object.entries(settings).filter(isSaid)),
    Env: [...((Env as readonly string[] | undefined) ?? [])].sort(),
    Labels: Object.fromEntries(labels),
  };
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe('commit', () => {
  it('makes an image of what a container has of its own', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const reference = `localhost/${project.name}:debug`;
    await succeed(project.flotilla(['up', '-d', 'web']));
    await succeed(project.flotilla(['exec', 'web', 'sh', '-c', changed]));
    const { stdout, stderr } = await succeed(
      project.flotilla(['commit', '-m', 'as it was', 'web', reference]),
    );
    const { name } = project;
    expect([stdout, stderr]).toEqual([
      '',
      expect.stringMatching(
        new RegExp(
          `^ ${name}-web-1 Commit ${name}-web-1 to ${reference}  Committed as sha256:[0-9a-f]{64}\n$`,
        ),
      ),
    ]);
    try {
      expect(await settingsOf(project, reference)).toMatchObject({
        Cmd: ['sleep', '1003'],
        Env: ['A=1', 'B=two words', path].sort(),
        Labels: { team: 'blue' },
        User: '0',
        ExposedPorts: { '8080/tcp': {} },
      });
      // It goes on, and what is mounted stays where it is.
      const [web] = await project.containers();
      expect(web?.state).toBe('running');
      const other = await engine.project({
        'compose.yaml': `services: {box: {image: ${reference}, pull_policy: never}}`,
      });
      const look =
        'cat /own; stat -c "%u:%g %a" /own; readlink /soft; ls /usr/bin/vi; ls /usr/local; ls /data; echo "$A $B"';
      const seen = await succeed(other.flotilla(['run', '--rm', '-T', 'box', 'sh', '-c', look]));
      expect(seen.stdout).toBe('own\n5:6 640\nown\nnew\n1 two words\n');
      expect(seen.stderr).toContain('/usr/bin/vi: No such file');
      const history = ['image', 'history', '--format', '{{.CreatedBy}}|{{.Comment}}', reference];
      const [step] = (await succeed(project.flotilla(history))).stdout.split('\n');
      expect(step).toBe('sleep 1003|as it was');
      await other.remove();
    } finally {
      await engine.docker.untag(reference);
    }
  });

  it('changes its settings as lines of a Dockerfile would, as docker compose does', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'web']));
    const [ours, theirs] = ['ours', 'theirs'].map((tag) => `localhost/${project.name}:${tag}`);
    const check = async (changes: readonly string[], expected: object): Promise<void> => {
      const words = ['-a', 'Ada <ada@example.com>', ...changes.flatMap((change) => ['-c', change])];
      await succeed(project.flotilla(['commit', ...words, 'web', ours as string]));
      try {
        const settings = await settingsOf(project, ours as string);
        expect(settings).toMatchObject(expected);
        await project.composeToo(['commit', ...words, 'web', theirs as string], ({ exitCode }) =>
          expect(exitCode).toBe(0),
        );
        if (engine.runtime === 'docker') {
          expect(await settingsOf(project, theirs as string)).toEqual(settings);
          await engine.docker.untag(theirs as string);
        }
      } finally {
        await engine.docker.untag(ours as string);
      }
    };
    await check(
      [
        'CMD ["sleep", "5"]',
        'ENV A=3 C="d e"',
        'EXPOSE 80 53/udp',
        'LABEL x=y team="red one"',
        'USER nobody',
        'WORKDIR /srv',
        'VOLUME /v',
        'ONBUILD RUN ls',
      ],
      {
        Author: 'Ada <ada@example.com>',
        Cmd: ['sleep', '5'],
        Env: ['A=3', 'B=two words', 'C=d e', path].sort(),
        ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8080/tcp': {} },
        Labels: { x: 'y', team: 'red one' },
        OnBuild: ['RUN ls'],
        User: 'nobody',
        Volumes: { '/v': {} },
        WorkingDir: '/srv',
      },
    );
    await check(['ENTRYPOINT ["echo"]'], { Entrypoint: ['echo'] });
    await check(['CMD echo hello', 'ENTRYPOINT exec sh'], {
      Cmd: ['/bin/sh', '-c', 'echo hello'],
      Entrypoint: ['/bin/sh', '-c', 'exec sh'],
    });
  });

  it('takes a replica, one that does not run as well, and needs no name', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    await succeed(project.flotilla(['exec', '--index', '2', 'two', 'sh', '-c', 'echo 2 > /number']));
    await succeed(project.flotilla(['stop', 'two']));
    const { stderr } = await succeed(project.flotilla(['commit', '-p=false', '--index', '2', 'two']));
    const id = /Committed as (sha256:[0-9a-f]{64})\n$/.exec(stderr)?.[1] ?? '';
    const other = await engine.project({
      'compose.yaml': `services: {box: {image: "${id}", pull_policy: never}}`,
    });
    const seen = await succeed(other.flotilla(['run', '--rm', '-T', 'box', 'cat', '/number']));
    expect(seen.stdout).toBe('2\n');
    await other.remove();
    await engine.docker.untag(id);
  });

  it('refuses what makes no sense, and makes nothing', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    const reference = `localhost/${project.name}:none`;
    const refused = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stderr } = await project.flotilla(['commit', ...args]);
      expect(exitCode).toBe(1);
      await project.composeToo(['commit', ...args], (theirs) => expect(theirs.exitCode).toBe(1));
      return stderr;
    };
    expect(await refused('-c', 'FOO x', 'two', reference)).toMatch(/foo/i);
    expect(await refused('two', 'Not A Name')).toContain('[image.reference]');
    expect(await refused('web', reference)).toContain('no container found for service "web"');
    expect(await refused('--index', '3', 'two', reference)).toContain('is not running container #3');
    expect(await refused('nope', reference)).toContain('no such service: nope');
    const { stdout } = await succeed(project.flotilla(['--dry-run', 'commit', 'two', reference]));
    expect(stdout).toContain(`${project.name}-two-1 Commit ${project.name}-two-1 to ${reference}\n`);
    const history = await project.flotilla(['image', 'history', reference]);
    expect(history.stderr).toContain('[image.not-found]');
  });
});
