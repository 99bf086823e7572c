import { describe, expect, test } from 'vitest';
import type { ContainerStats } from '../../../src/runtime/index.ts';
import type { Contract } from '../driver-contract.ts';
import { programs } from '../programs.ts';

/** No less than nothing, or absent with a reason. */
function expectFigures({ missing, ...figures }: ContainerStats): void {
  for (const value of Object.values(figures).flatMap((figure) =>
    typeof figure === 'object' ? (Object.values(figure) as readonly number[]) : [figure],
  )) {
    expect(value).toBeGreaterThanOrEqual(0);
  }
  expect(Object.keys(figures).length + missing.length).toBe(5);
}

export function describeStats({ lab }: Contract): void {
  describe('statistics', () => {
    test('are read of a container until its run ends, also while it is paused', async () => {
      const { driver, start } = lab();
      // It starts no processes, which runc cannot always hold still.
      const id = await start(programs.web);
      const readings: ContainerStats[] = [];
      for await (const reading of driver.stats(id)) {
        readings.push(reading);
        if (readings.length === 1) await driver.pauseContainer(id);
        if (readings.length === 2) await driver.unpauseContainer(id);
        if (readings.length === 2) await driver.killContainer(id, 'SIGKILL');
      }
      expect(readings.length).toBeGreaterThanOrEqual(2);
      for (const reading of readings) expectFigures(reading);
      const { memory, processes } = readings[0] as ContainerStats;
      expect(memory?.limit ?? 1).toBeGreaterThan(memory?.used ?? 0);
      expect(processes ?? 1).toBeGreaterThan(0);
    });

    test('of one that does not run, or is not there, there are none', async () => {
      const { driver, create, name } = lab();
      const read = async (container: Parameters<typeof driver.stats>[0]): Promise<void> => {
        for await (const reading of driver.stats(container)) expect(reading).toBeUndefined();
      };
      await read(await create(programs.idle));
      await read(name('nobody') as Parameters<typeof driver.stats>[0]);
    });
  });
}
