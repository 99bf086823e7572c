import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

const file = `services: {web: {image: ${images.busybox}, command: sleep 1000, stop_grace_period: 0s}}`;

test.each([[['rm', '-sf', 'web']], [['up', '-d', '--force-recreate']]])(
  'an export does not end well when %j takes its container away meanwhile',
  async (command) => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d']));
    await succeed(project.flotilla(['exec', 'web', 'sh', '-c', 'echo own > /zz']));
    const exporting = project.spawnFlotilla(['export', 'web']);
    // As long as nobody reads on, the rest of the archive is still to be made.
    await once(exporting.stdout, 'readable');
    await succeed(project.flotilla(command));
    const ended = once(exporting, 'close');
    const [said] = await Promise.all([text(exporting.stderr), text(exporting.stdout)]);
    expect(await ended).toEqual([1, null]);
    expect(said).toContain('was removed while it was read');
  },
);
