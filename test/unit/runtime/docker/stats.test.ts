import { describe, expect, it } from 'vitest';
import { containerId } from '../../../../src/core/ids.ts';
import type { ContainerStats } from '../../../../src/runtime/index.ts';
import { scriptedEngine } from './support.ts';

const id = containerId('web');
const never = '0001-01-01T00:00:00Z';

/** A reading of an engine on control groups of version 1, and the one a second before. */
function reading(more: object = {}): object {
  return {
    read: '2026-11-27T22:10:00.730026303Z',
    preread: '2026-11-27T22:09:59.723038225Z',
    pids_stats: { current: 3 },
    blkio_stats: {
      io_service_bytes_recursive: [
        { major: 8, minor: 0, op: 'Read', value: 4096 },
        { major: 8, minor: 0, op: 'Write', value: 1024 },
        { major: 8, minor: 0, op: 'Total', value: 5120 },
        { major: 8, minor: 16, op: 'Read', value: 4 },
      ],
    },
    cpu_stats: {
      cpu_usage: { total_usage: 10806713871, percpu_usage: [4441927989, 6364785882] },
      system_cpu_usage: 4308780000000,
      online_cpus: 2,
    },
    precpu_stats: {
      cpu_usage: { total_usage: 10502996568 },
      system_cpu_usage: 4306800000000,
      online_cpus: 2,
    },
    memory_stats: {
      usage: 22134784,
      stats: { inactive_file: 0, total_inactive_file: 20971520 },
      limit: 67108864,
    },
    networks: {
      eth0: { rx_bytes: 1252, tx_bytes: 8 },
      eth1: { rx_bytes: 1, tx_bytes: 2 },
    },
    ...more,
  };
}

async function readingsOf(...bodies: readonly object[]): Promise<readonly ContainerStats[]> {
  await using engine = await scriptedEngine({
    'GET /containers/web/stats': { text: bodies.map((body) => `${JSON.stringify(body)}\n`).join('') },
  });
  const driver = await engine.connect();
  const readings: ContainerStats[] = [];
  for await (const each of driver.stats(id)) readings.push(each);
  expect(engine.asked.map(({ call }) => call)).toEqual(['GET /containers/web/stats?stream=1']);
  return readings;
}

describe('the statistics of a container', () => {
  it('are those that docker shows, from the second reading on', async () => {
    expect(await readingsOf(reading({ preread: never, precpu_stats: {} }), reading())).toEqual([
      {
        // 0.3037 of 1.98 seconds that two processors had.
        cpu: expect.closeTo(30.68, 2),
        memory: { used: 22134784 - 20971520, limit: 67108864 },
        network: { received: 1253, sent: 10 },
        blockIo: { read: 4100, written: 1024 },
        processes: 3,
        missing: [],
      },
    ]);
  });

  it('are read where control groups are of version 2, too', async () => {
    const [stats] = await readingsOf(
      reading({
        memory_stats: { usage: 1000, stats: { inactive_file: 400 }, limit: 25276063744 },
        blkio_stats: {
          io_service_bytes_recursive: [
            { op: 'read', value: 7 },
            { op: 'write', value: 9 },
          ],
        },
      }),
    );
    expect(stats).toMatchObject({
      memory: { used: 600, limit: 25276063744 },
      blockIo: { read: 7, written: 9 },
    });
  });

  it('are nothing where an engine tells nothing, or where it was started anew', async () => {
    const [stats] = await readingsOf(
      reading({
        cpu_stats: { cpu_usage: { total_usage: 5 }, system_cpu_usage: 4308790000000, online_cpus: 2 },
        memory_stats: {},
        networks: null,
        blkio_stats: { io_service_bytes_recursive: null },
        pids_stats: {},
      }),
    );
    expect(stats).toEqual({
      cpu: 0,
      memory: { used: 0, limit: 0 },
      network: { received: 0, sent: 0 },
      blockIo: { read: 0, written: 0 },
      processes: 0,
      missing: [],
    });
  });

  it('end when it does not run any more, which the engine goes on telling', async () => {
    expect(await readingsOf(reading(), { read: never, preread: never }, reading())).toHaveLength(1);
  });
});
