import { beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const file = `
services:
  bad: {image: "${images.busybox}", command: "false", healthcheck: {test: "true"}}
  web: {image: "${images.busybox}", command: sleep 1000, init: true, environment: {A: "1"}}
  tool: {image: "${images.busybox}", command: echo tool, profiles: [tools], depends_on: [helper]}
  helper: {image: "${images.busybox}", command: "true", profiles: [tools]}
  other: {image: "${images.busybox}", command: "true", profiles: [tools]}
  waiting: {image: "${images.busybox}", command: "true", depends_on: {bad: {condition: service_healthy}}}
`;

describe('what run leaves alone, and what it leaves behind', () => {
  let p: TestProject;
  beforeAll(async () => {
    p = await engine.project({ 'compose.yaml': file });
  });
  const containers = async () => (await p.containers()).map(({ name, state }) => [name, state]);

  it('takes no container for its own that ran the same command under the same name', async () => {
    const name = `mine-${p.name}`;
    await succeed(p.flotilla(['run', '-d', '--name', name, 'web']));
    for (const args of [
      ['run', '--rm', '-T', '--name', name, 'web'],
      ['run', '--rm', '-T', '--name', name, 'web', 'true'],
    ]) {
      const ran = await p.flotilla(args);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain(`there is already a container "${name}" of service "web"`);
      await p.composeToo(args, (theirs) => expect(theirs.exitCode).toBe(1));
    }
    expect(await containers()).toEqual([[name, 'running']]);
    await succeed(p.flotilla(['kill', 'web']));
    await succeed(p.flotilla(['down', '--remove-orphans']));
  });

  it('leaves nothing of a container that never ran', async () => {
    const failed = await p.flotilla(['run', '-T', 'waiting']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain('dependency failed to start');
    expect(await containers()).toEqual([[`${p.name}-bad-1`, 'exited']]);
    expect((await p.flotilla(['run', '-d', 'bad', 'no-such-program'])).exitCode).toBe(1);
    expect(await containers()).toEqual([[`${p.name}-bad-1`, 'exited']]);
    await succeed(p.flotilla(['down']));
  });

  it('makes a volume that only the command line names, which is nobody’s', async () => {
    const volume = `${p.name}_typed`;
    const run = (...words: readonly string[]) => p.flotilla(['run', '--rm', '-T', '-q', ...words]);
    await succeed(run('-v', `${volume}:/kept`, 'web', 'sh', '-c', 'echo here > /kept/file'));
    await succeed(p.flotilla(['down', '-v', '--remove-orphans']));
    const read = await succeed(run('-v', `${volume}:/kept:ro`, 'web', 'cat', '/kept/file'));
    expect(read.stdout).toBe('here\n');
    expect((await run('-v', 'a/b:/kept', 'web', 'true')).stderr).toContain('A volume has no "/" in its name');
    await succeed(p.flotilla(['volume', 'rm', volume]));
  });

  it('keeps the value of the file for a variable that is set nowhere else', async () => {
    const args = ['run', '--rm', '-T', '-e', 'A', 'web', 'sh', '-c', 'echo "[$A]"'];
    expect((await succeed(p.flotilla(args))).stdout).toBe('[1]\n');
    expect((await succeed(p.flotilla(args, { env: { A: '2' } }))).stdout).toBe('[2]\n');
    await p.composeToo(args, (theirs) => expect(theirs.stdout).toBe('[1]\n'));
  });

  it('brings along what the service needs of its own profile, and nothing else of that', async () => {
    const args = ['run', '--rm', '-T', 'tool'];
    expect((await succeed(p.flotilla(args))).stdout).toBe('tool\n');
    await p.composeToo(args, (theirs) => expect(theirs.stdout).toBe('tool\n'));
    expect((await containers()).map(([name]) => name)).toEqual([`${p.name}-helper-1`]);
    await succeed(p.flotilla(['--profile', 'tools', 'down']));
  });

  it('gives no terminal where there is none, and says so when one is asked for', async () => {
    for (const args of [
      ['run', '--rm', '-t', 'web', 'true'],
      ['run', '--rm', '-t', '-T', 'web', 'true'],
    ]) {
      const ran = await p.flotilla(args);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toMatch(/the input device is not a TTY|--tty and --no-TTY can't be used together/);
      await p.composeToo(args, (theirs) => expect(theirs.exitCode).toBe(1));
    }
  });
});
