import { once } from 'node:events';
import { expect, it } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { folder, makeTar } from '../../support/images/tar.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

it('cp of an archive ends at Ctrl+C, though whoever writes the archive does not', async () => {
  const file = `services: {web: {image: ${images.busybox}, command: sleep 1000, init: true}}`;
  const project = await engine.project({ 'compose.yaml': file });
  await succeed(project.flotilla(['up', '-d']));
  const running = project.startFlotilla(['cp', '-', 'web:/tmp']);
  running.type(makeTar([folder('begun')], { isOpen: true }).toString('latin1'));
  const seen = async () => (await project.flotilla(['exec', '-T', 'web', 'ls', '/tmp'])).stdout;
  await expect.poll(seen, { timeout: 20_000 }).toBe('begun\n');
  running.signal('SIGINT');
  expect((await running.done).exitCode).toBe(130);
});

it.each([[['export', 'web']], [['cp', 'web:/big', '-']]])(
  '%j ends at Ctrl+C, however much there still is to read',
  async (command) => {
    const file = `services: {web: {image: ${images.busybox}, command: sleep 1000, init: true}}`;
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    // Nothing of it is on the disk, and to read it would take the better part of an hour.
    await succeed(project.flotilla(['exec', 'web', 'truncate', '-s', '2000G', '/big']));
    const running = project.spawnFlotilla(command);
    const ended = once(running, 'close');
    await once(running.stdout, 'data');
    running.kill('SIGINT');
    running.stdout.resume();
    expect(await ended).toEqual([130, null]);
  },
);
