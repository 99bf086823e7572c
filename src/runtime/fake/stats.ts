import { Channel } from '../channel.ts';
import type { ContainerStats } from '../driver.ts';
import { findContainer, isRunning } from './model/index.ts';
import type { World } from './world.ts';

/** Readings once a second for as long as the container runs: it has one process, which takes nothing. */
export function readStats(
  world: World,
  container: string,
  signal: AbortSignal | undefined,
): Channel<ContainerStats> {
  const over = new AbortController();
  const channel = new Channel<ContainerStats>({ signal, onEnd: () => over.abort() });
  const runs = (): boolean => {
    const found = findContainer(world.state, container);
    return found !== undefined && isRunning(found);
  };
  const tell = async (): Promise<void> => {
    while (runs()) {
      await world.clock.sleep(intervalMs, over.signal);
      if (runs()) await channel.push(idle);
    }
    channel.close();
  };
  // It rejects when the reader has left.
  tell().catch(() => {});
  return channel;
}

const intervalMs = 1000;

const idle: ContainerStats = {
  cpu: 0,
  memory: { used: 0, limit: 1024 ** 3 },
  network: { received: 0, sent: 0 },
  blockIo: { read: 0, written: 0 },
  processes: 1,
  missing: [],
};
