import type { ContainerId } from '../../core/ids.ts';
import { type CpuTimes, cpuPercent } from '../cpu-percent.ts';
import type { ContainerStats } from '../driver.ts';
import { apiPath, type EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import { textLines } from './json-lines.ts';
import { shortId } from './short-id.ts';
import type { CpuBody, StatsBody } from './wire.ts';

/** As `Driver.stats`, with the engine's figures as docker reads them. */
export async function* readStats(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): AsyncGenerator<ContainerStats> {
  try {
    const stream = await client.stream(
      {
        method: 'GET',
        path: apiPath`/containers/${container}/stats`,
        query: { stream: true },
        task: `read the statistics of container ${shortId(container)}`,
      },
      signal,
    );
    for await (const line of textLines(stream.chunks)) {
      const body = JSON.parse(line) as StatsBody;
      // An engine goes on telling of a container that does not run, and says that it was never read.
      if (!isRead(body.read)) return;
      // The first one has nothing before it.
      if (isRead(body.preread)) yield statsOf(body);
    }
  } catch (error) {
    if (!isRefused(error, 404)) throw error;
  }
}

/** Go's zero time stands for none. */
function isRead(time: string | undefined): boolean {
  return time !== undefined && !time.startsWith('0001-');
}

function statsOf(body: StatsBody): ContainerStats {
  const { memory_stats: memory = {}, networks, blkio_stats: blockIo, pids_stats: pids } = body;
  const devices = Object.values(networks ?? {});
  const transfers = blockIo?.io_service_bytes_recursive ?? [];
  const moved = (letter: string): number =>
    sum(transfers.map(({ op, value }) => (op?.toLowerCase().startsWith(letter) ? value : 0)));
  return {
    cpu: cpuPercent(timesOf(body.precpu_stats), timesOf(body.cpu_stats)),
    memory: { used: usedMemory(memory), limit: memory.limit ?? 0 },
    network: {
      received: sum(devices.map((device) => device.rx_bytes)),
      sent: sum(devices.map((device) => device.tx_bytes)),
    },
    blockIo: { read: moved('r'), written: moved('w') },
    processes: pids?.current ?? 0,
    missing: [],
  };
}

function timesOf(body: CpuBody | undefined): CpuTimes {
  return {
    used: body?.cpu_usage?.total_usage ?? 0,
    machine: body?.system_cpu_usage ?? 0,
    // Before engines counted them themselves.
    processors: body?.online_cpus || (body?.cpu_usage?.percpu_usage?.length ?? 0),
  };
}

/** The first name is that of control groups of version 1, where the second one leaves out those below. */
function usedMemory({ usage = 0, stats }: NonNullable<StatsBody['memory_stats']>): number {
  const idle = stats?.['total_inactive_file'] ?? stats?.['inactive_file'] ?? 0;
  return idle < usage ? usage - idle : usage;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
