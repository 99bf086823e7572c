import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { groupStats } from '../../../../../src/runtime/native/oci/index.ts';

const path = '/flotilla/0123abcd/box';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Control groups with these files of the container's; names begin with the controller where there are several hierarchies. */
function statsOf(mode: 'v1' | 'hybrid' | 'v2', files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'flotilla-groups-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    const [controller, file] = mode === 'v2' ? ['', name] : (name.split('/') as [string, string]);
    const place = join(root, controller, path, file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  const controllers = ['cpuacct', 'memory', 'blkio', 'pids'];
  const mounts = controllers.map((name) => [name, mode === 'v2' ? root : join(root, name)] as const);
  const cgroups = {
    mode,
    ...(mode === 'v1' ? {} : { unified: mode === 'v2' ? root : join(root, 'unified') }),
    controllersInBoth: false,
    mounts: Object.fromEntries(mounts),
    features: [],
  };
  return groupStats({ cgroups }, path);
}

/** From a container that had written a file of 20 MB. */
const old = {
  'cpuacct/cpuacct.usage': '106910253\n',
  'memory/memory.usage_in_bytes': '22134784\n',
  'memory/memory.limit_in_bytes': '9223372036854771712\n',
  'memory/memory.stat':
    'cache 20979712\nrss 49152\ninactive_file 0\nactive_file 8192\nhierarchical_memory_limit 9223372036854771712\n' +
    'total_cache 20979712\ntotal_rss 49152\ntotal_inactive_file 20971520\ntotal_active_file 8192\n',
  'blkio/blkio.bfq.io_service_bytes_recursive': 'Total 0\n',
  'blkio/blkio.throttle.io_service_bytes_recursive':
    '8:16 Read 4096\n8:16 Write 20971520\n8:16 Sync 20975616\n8:16 Async 0\n8:16 Discard 0\n8:16 Total 20975616\n' +
    '8:0 Read 512\n8:0 Write 0\n8:0 Sync 512\n8:0 Async 0\n8:0 Discard 0\n8:0 Total 512\nTotal 20976128\n',
  'pids/pids.current': '3\n',
};

const unified = {
  'cpu.stat':
    'usage_usec 106928\nuser_usec 32078\nsystem_usec 74849\nnice_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
  'memory.current': '22134784\n',
  'memory.max': '67108864\n',
  'memory.stat': 'anon 49152\nfile 20979712\ninactive_anon 45056\ninactive_file 20971520\nactive_file 8192\n',
  'io.stat':
    '8:16 rbytes=4096 wbytes=20971520 rios=1 wios=20 dbytes=0 dios=0\n8:0 rbytes=512 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n',
  'pids.current': '3\n',
};

const figures = {
  memory: { used: 22134784 - 20971520 },
  blockIo: { read: 4608, written: 20971520 },
  processes: 3,
};

describe('what a control group has counted', () => {
  it.each(['v1', 'hybrid'] as const)('is in a folder for each controller (%s)', (mode) => {
    const stats = statsOf(mode, old);
    expect(stats).toMatchObject({ ...figures, cpu: 106910253 });
    // Of its own it has no limit: this is as much as the kernel can count.
    expect(stats.memory?.limit).toBeGreaterThan(2 ** 62);
  });

  it('is in one folder on version 2', () => {
    expect(statsOf('v2', unified)).toEqual({
      ...figures,
      memory: { ...figures.memory, limit: 67108864 },
      cpu: 106928000,
    });
    expect(statsOf('v2', { ...unified, 'memory.max': 'max\n' }).memory?.limit).toBe(Number.POSITIVE_INFINITY);
  });

  it('is nothing from and to disks that no policy has counted, and that none has been used', () => {
    const idle = { ...old, 'blkio/blkio.throttle.io_service_bytes_recursive': 'Total 0\n' };
    expect(statsOf('v1', idle).blockIo).toEqual({ read: 0, written: 0 });
    expect(statsOf('v2', { ...unified, 'io.stat': '' }).blockIo).toEqual({ read: 0, written: 0 });
  });

  it('of what the machine does not count is absent', () => {
    expect(statsOf('hybrid', { 'pids/pids.current': '1\n' })).toEqual({ processes: 1 });
    const { 'cpu.stat': cpu, 'memory.current': memory } = unified;
    expect(statsOf('v2', { 'cpu.stat': cpu })).toEqual({ cpu: 106928000 });
    expect(statsOf('v2', { 'memory.current': memory })).toEqual({
      memory: { used: 22134784, limit: Number.POSITIVE_INFINITY },
    });
  });
});
