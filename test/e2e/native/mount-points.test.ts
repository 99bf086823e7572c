import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

test('what every container has mounted takes nothing of its own layer, and with a umask of 077 everybody may look, too', async () => {
  const project = await engine.project({
    'compose.yaml': `
services:
  a: { image: ${images.busybox}, command: sleep 1000, stop_signal: KILL, volumes: [data:/data, ./bound/made:/bound] }
  b: { image: ${images.busybox}, command: sleep 1000, read_only: true, stop_signal: KILL, volumes: [data:/data, ./bound/made:/bound] }
volumes:
  data:
`,
  });
  const mask = process.umask(0o077);
  onTestFinished(() => {
    process.umask(mask);
  });
  await succeed(project.flotilla(['up', '-d']));
  const inside = (service: string, words: string) =>
    succeed(project.flotilla(['exec', '-T', '-u', '1234', service, 'sh', '-c', words]));
  for (const service of ['a', 'b']) {
    const { stdout } = await inside(
      service,
      'cat /etc/hosts /etc/resolv.conf; ls -ld / /bound /data /etc /etc/hostname',
    );
    expect(stdout).toContain('127.0.0.1\tlocalhost');
    expect(stdout).toContain('nameserver ');
    expect(stdout).toMatch(
      /^drwxr-xr-x.* \/\ndrwxr-xr-x.* \/bound\ndrwxr-xr-x.* \/data\ndrwxr-xr-x.* \/etc\n-rw-r--r--.* \/etc\/hostname$/m,
    );
  }
  const containers = join(engine.root, 'lib/containers');
  for (const id of readdirSync(containers))
    expect(readdirSync(join(containers, id, 'upper')), 'only what this file asks for').toEqual([
      'bound',
      'data',
    ]);
  await succeed(project.flotilla(['exec', '-T', 'a', 'touch', '/etc/own']));
  expect((await inside('b', 'ls /etc')).stdout.split('\n'), "another container's").not.toContain('own');
});
