import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  web: {image: ${images.busybox}, command: sh -c "sleep 1001 & exec sleep 1002"}
  two: {image: ${images.busybox}, command: sleep 1003, user: "1234", scale: 2}
  ended: {image: ${images.busybox}, command: "true"}
`;

/** Without what differs from run to run; processes that are still on their way are not there yet. */
function shape(table: string): readonly string[] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .map((line) =>
      line.replace(/^(\S+ \d) (\S+) \d+ \d+ \d+ \d\d:\d\d \? 00:00:00 /, '$1 $2 PID PPID C STIME ? TIME '),
    );
}

describe('top', () => {
  it('lists the processes of all containers, or of those of services, as docker compose does', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    const all = [
      'SERVICE # UID PID PPID C STIME TTY TIME CMD',
      'two 1 1234 PID PPID C STIME ? TIME sleep 1003',
      'two 2 1234 PID PPID C STIME ? TIME sleep 1003',
      'web 1 root PID PPID C STIME ? TIME sleep 1002',
      'web 1 root PID PPID C STIME ? TIME sleep 1001',
    ];
    await expect.poll(async () => shape((await project.flotilla(['top'])).stdout)).toEqual(all);
    await project.composeToo(['top'], ({ stdout }) => expect(shape(stdout)).toEqual(all));
    const { stdout } = await succeed(project.flotilla(['top', 'web']));
    expect(shape(stdout)).toEqual([all[0], ...all.slice(3)]);
    await project.composeToo(['top', 'web'], (theirs) => expect(shape(theirs.stdout)).toEqual(shape(stdout)));
    await succeed(project.flotilla(['pause', 'web']));
    expect(shape((await succeed(project.flotilla(['top', 'web']))).stdout)).toEqual(shape(stdout));
  });

  it('prints nothing where nothing runs, and knows the services', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    expect((await succeed(project.flotilla(['top']))).stdout).toBe('');
    expect(await project.flotilla(['top', 'nope'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('no such service: nope'),
    });
  });
});
