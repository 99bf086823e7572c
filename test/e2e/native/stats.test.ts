import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

// There each controller is mounted by itself, and so one can be hidden.
it.skipIf(!existsSync('/sys/fs/cgroup/blkio'))(
  'what the machine does not count is shown as such, with the reason told once',
  async () => {
    const project = await engine.project({
      'compose.yaml': `services: {web: {image: ${images.busybox}, command: sleep 1000, scale: 2, stop_grace_period: 0s}}`,
    });
    await succeed(project.flotilla(['up', '-d']));
    const hidden = `unshare -m sh -c 'umount /sys/fs/cgroup/blkio /sys/fs/cgroup/pids && exec "$@"' sh "$@"`;
    const format = ['--format', '{{.BlockIO}} {{.PIDs}} {{.MemPerc}}'];
    const { stdout, stderr } = await project.inShell(hidden, ['stats', '--no-stream', ...format]);
    expect(stdout).toBe('-- -- 0.00%\n-- -- 0.00%\n');
    expect(stderr).toBe(
      'warning: the control groups of this machine do not count what goes from and to disks\n' +
        'warning: the control groups of this machine do not count processes\n',
    );
  },
);
