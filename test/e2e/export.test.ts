import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
    volumes: ["data:/data", "./compose.yaml:/mnt/file"]
    stop_grace_period: 0s
  two: {image: ${images.busybox}, command: sleep 1003, scale: 2, stop_grace_period: 0s}
volumes: {data: {}}
`;

const script =
  'echo mounted > /data/d; echo own > /own; ln /own /hard; ln -s own /soft; mkfifo /pipe; mkdir /folder; ' +
  'chown 5:6 /folder; chmod 750 /folder; rm /bin/vi';

/** What an archive lists, but for what engines put into each container and for times. */
function listing(project: TestProject, archive: string): readonly string[] {
  const text = execFileSync('tar', ['--numeric-owner', '-tvf', join(project.folder, archive)]).toString();
  return (
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d /, '').replace(/ +/g, ' '))
      .filter((line) => !/ (\.dockerenv|dev\/.*|etc\/(hosts|hostname|resolv\.conf|mtab -> .*))$/.test(line))
      // Which of the names of a file is the first one is nobody's promise.
      .filter((line) => !/ \d+ (own|hard)( link to .*)?$/.test(line))
      // An engine makes the places of mounts as it likes.
      .filter((line) => !/ (data\/|mnt\/.*)$/.test(line))
      .sort()
  );
}

describe('export', () => {
  it('makes an archive of what a container has of its own, as docker compose does', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'web']));
    await succeed(project.flotilla(['exec', 'web', 'sh', '-c', script]));
    const { stdout, stderr } = await succeed(project.flotilla(['export', '-o', 'ours.tar', 'web']));
    expect([stdout, stderr]).toEqual([
      '',
      ` ${project.name}-web-1 export ${project.name}-web-1 to ours.tar  Exported\n`,
    ]);
    expect(statSync(join(project.folder, 'ours.tar')).mode & 0o777).toBe(0o600);
    const ours = listing(project, 'ours.tar');
    expect(ours).toEqual(
      expect.arrayContaining([
        'drwxr-x--- 5/6 0 folder/',
        'prw-r--r-- 0/0 0 pipe',
        'lrwxrwxrwx 0/0 0 soft -> own',
      ]),
    );
    expect(ours.filter((line) => /usr\/bin\/vi /.test(line))).toEqual([]);
    await project.composeToo(['export', '-o', 'theirs.tar', 'web'], ({ exitCode }) => {
      expect(exitCode).toBe(0);
      expect(listing(project, 'theirs.tar')).toEqual(ours);
    });
    execFileSync('tar', ['-xf', 'ours.tar', 'own', 'hard', 'data'], { cwd: project.folder });
    const [own, hard] = ['own', 'hard'].map((name) => statSync(join(project.folder, name)));
    expect(own?.ino).toBe(hard?.ino);
    expect(readdirSync(join(project.folder, 'data'))).toEqual([]);
  });

  it('goes to standard output, and has what it had when it does not run any more', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    await succeed(project.flotilla(['exec', '--index', '2', 'two', 'sh', '-c', 'echo 2 > /number']));
    const names = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await succeed(
        project.inShell('"$@" > out.tar && tar tf out.tar', ['export', ...args]),
      );
      return stdout.split('\n');
    };
    expect(await names('two')).not.toContain('number');
    expect(await names('--index', '2', 'two')).toContain('number');
    await succeed(project.flotilla(['stop', 'two']));
    expect(await names('--index', '2', 'two')).toContain('number');
  });

  it('is refused on a terminal, of what is not there, and where it cannot be written', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    const onTerminal = await project.startOnTerminal(['export', 'two']).done;
    expect(onTerminal.exitCode).toBe(1);
    expect(onTerminal.stdout).toContain('an archive is not for a terminal');
    const refused = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stderr } = await project.flotilla(['export', ...args]);
      expect(exitCode).toBe(1);
      await project.composeToo(['export', ...args], (theirs) => expect(theirs.exitCode).toBe(1));
      return stderr.split('\n')[0] ?? '';
    };
    expect(await refused('-o', 'x.tar', 'web')).toContain('no container found for service "web"');
    expect(await refused('-o', 'x.tar', '--index', '3', 'two')).toContain(
      'service "two" is not running container #3',
    );
    expect(await refused('-o', 'x.tar', 'nope')).toContain('no such service: nope');
    expect(await refused('-o', 'no/such/folder/x.tar', 'two')).toContain('cannot write');
    expect(readdirSync(project.folder)).toEqual(['compose.yaml']);
  });

  it('with --dry-run only says what it would do', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', 'two']));
    const { stdout } = await succeed(project.flotilla(['--dry-run', 'export', '-o', 'x.tar', 'two']));
    expect(stdout).toContain(`${project.name}-two-1 export ${project.name}-two-1 to x.tar\n`);
    expect(existsSync(join(project.folder, 'x.tar'))).toBe(false);
  });
});
