import { beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

describe('what becomes of a command without room for its output, or without its folder', () => {
  let p: TestProject;
  beforeAll(async () => {
    p = await engine.project({
      'compose.yaml': `services:
  worker: {image: "${images.busybox}", init: true, command: sh -c 'while :; do echo tick; sleep 0.1; done'}
`,
    });
    await succeed(p.flotilla(['up', '-d']));
  });

  it.each([
    ['ps'],
    ['logs', '--tail', '3', 'worker'],
    ['logs', '-f', 'worker'],
    ['up'],
    ['attach', '--no-stdin', 'worker'],
    ['exec', '-T', 'worker', 'echo', 'x'],
    ['config'],
  ])('%s %s tells that it cannot be written', async (...args) => {
    const lost = await p.inShell('"$@" > /dev/full', args);
    expect(lost.stderr).toMatch(/^error: cannot write the output: ENOSPC: .*\[cli\.output\]$/m);
    expect(lost.stderr).not.toContain('bug');
    expect(lost.exitCode).toBe(1);
  });

  it('an image in the output tells it, too, where there are images', async () => {
    if (engine.runtime === 'docker') return;
    const lost = await p.inShell('"$@" > /dev/full', ['image', 'save', images.busybox]);
    expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[cli.output]') });
  });

  it('a folder that was removed is told, and missed only by those who need it', async () => {
    const away = 'mkdir gone; cd gone; rmdir ../gone; "$@"';
    expect((await p.inShell(away, ['version'])).exitCode).toBe(0);
    expect((await p.inShell(away, ['volume', 'ls'])).exitCode).toBe(0);
    const lost = await p.inShell(away, ['ps']);
    expect(lost.stderr.replace(p.folder, 'FOLDER')).toBe(
      `error: cannot find out the working directory "FOLDER/gone": it does not exist any more [cli.folder]
hint: Somebody has removed the folder, or its file system is gone: change into another one.
`,
    );
    expect(lost.exitCode).toBe(1);
  });
});
