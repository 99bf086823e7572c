import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { programs } from '../programs.ts';

export function describeProcesses({ lab }: Contract): void {
  describe('processes', () => {
    test('those of a container are listed, also while it is paused', async () => {
      const { driver, start } = lab();
      const id = await start(programs.obedient);
      const { titles, processes } = await driver.listProcesses(id);
      expect(titles).toEqual(['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
      expect(processes.length).toBeGreaterThan(0);
      for (const row of processes) expect(row).toHaveLength(titles.length);
      expect(processes[0]?.[0]).toBe('root');
      expect(processes[0]?.at(-1)).toContain('trap');
      await driver.pauseContainer(id);
      expect((await driver.listProcesses(id)).processes[0]?.at(-1)).toContain('trap');
    });

    test('of one that does not run there are none', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await expect(driver.listProcesses(id)).rejects.toMatchObject({ code: 'engine.conflict' });
    });
  });
}
