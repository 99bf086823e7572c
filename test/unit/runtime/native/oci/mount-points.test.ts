import { expect, test } from 'vitest';
import { mountPoints } from '../../../../../src/runtime/native/oci/index.ts';

test('mounts are read with what they share, and with blanks in their paths', () => {
  const text = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
35 22 0:32 /sub\\040dir /mnt/a\\134b rw shared:7 master:1 - cgroup cgroup rw,memory
36 22 0:33 / /plain ro - tmpfs none rw,size=4k
`;
  expect(
    mountPoints(text).map(({ path, root, type, options, shared, slave }) => [
      path,
      root,
      type,
      options.length,
      shared,
      slave,
    ]),
  ).toEqual([
    ['/', '/', 'ext4', 1, true, false],
    ['/mnt/a\\b', '/sub dir', 'cgroup', 2, true, true],
    ['/plain', '/', 'tmpfs', 2, false, false],
  ]);
});
