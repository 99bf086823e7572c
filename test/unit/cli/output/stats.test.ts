import { expect, it } from 'vitest';
import { formatRows } from '../../../../src/cli/output/rows.ts';
import { statsLayout, statsRows } from '../../../../src/cli/output/stats.ts';
import type { ContainerStats } from '../../../../src/runtime/index.ts';
import type { ListedStats } from '../../../../src/scheduler/index.ts';

function listed(name: string, stats?: ContainerStats): ListedStats {
  const container = { id: 'ab'.repeat(32), name } as unknown as ListedStats['container'];
  return { container, ...(stats === undefined ? {} : { stats }) };
}

const busy: ContainerStats = {
  cpu: 250.005,
  memory: { used: 335872, limit: 64 * 1024 ** 2 },
  network: { received: 1042, sent: 0 },
  blockIo: { read: 20_971_520, written: 999_400 },
  processes: 12,
  missing: [],
};

const shown = (format: string, noTrunc = false) =>
  formatRows(
    statsRows([listed('web', busy), listed('new'), listed('odd', { processes: 1, missing: ['why'] })], {
      noTrunc,
    }),
    format,
    statsLayout,
  );

it('are a table as docker makes it, with dashes for what is not known', () => {
  expect(shown('table')).toMatchInlineSnapshot(`
    "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O       BLOCK I/O      PIDS
    abababababab   web       250.00%   328KiB / 64MiB      0.50%     1.04kB / 0B   21MB / 999kB   12
    abababababab   new       --        -- / --             --        --            --             --
    abababababab   odd       --        -- / --             --        --            --             1
    "
  `);
});

it('are told in the fields of docker', () => {
  expect(shown('json').split('\n')[0]).toMatchInlineSnapshot(
    `"{"BlockIO":"21MB / 999kB","CPUPerc":"250.00%","Container":"abababababababababababababababababababababababababababababababab","ID":"abababababab","MemPerc":"0.50%","MemUsage":"328KiB / 64MiB","Name":"web","NetIO":"1.04kB / 0B","PIDs":"12"}"`,
  );
  expect(shown('table {{.Name}}\t{{.Container}}\t{{.MemPerc}}')).toMatchInlineSnapshot(`
    "NAME      CONTAINER                                                          MEM %
    web       abababababababababababababababababababababababababababababababab   0.50%
    new       abababababababababababababababababababababababababababababababab   --
    odd       abababababababababababababababababababababababababababababababab   --
    "
  `);
  expect(shown('{{.ID}}', true).split('\n')[0]).toBe('ab'.repeat(32));
});

it('are nothing of nothing', () => {
  const stats = { ...busy, cpu: 0, memory: { used: 0, limit: 0 } };
  const [row] = statsRows([listed('web', stats)], { noTrunc: false });
  expect(row).toMatchObject({ CPUPerc: '0.00%', MemUsage: '0B / 0B', MemPerc: '0.00%' });
});
