import { describe, expect, test } from 'vitest';
import { nanoseconds } from '../../../src/core/units.ts';
import type { Contract } from '../driver-contract.ts';
import { patientProbe, programs } from '../programs.ts';

const check = {
  healthcheck: {
    kind: 'probe',
    test: patientProbe,
    interval: nanoseconds(100e6),
    timeout: nanoseconds(5e9),
    retries: 1,
  },
} as const;
const healthy = { path: '/healthy', content: '', mode: 0o644, uid: 0, gid: 0 };

export function describeHealth({ lab }: Contract): void {
  describe('health', () => {
    test('a container without a health check has none', async () => {
      const id = await lab().start(programs.idle);
      expect((await lab().details(id)).health).toBe('none');
      expect((await lab().observe(id)).health).toBe('none');
    });

    test('a disabled health check is none', async () => {
      const id = await lab().start(programs.idle, { healthcheck: { kind: 'disabled' } });
      expect((await lab().details(id)).health).toBe('none');
    });

    test('it becomes healthy with its probe, and says what the probe said', async () => {
      const { driver, create, until, observe } = lab();
      const id = await create(programs.patient, check);
      await driver.putFiles(id, [healthy]);
      await driver.startContainer(id);
      const details = await until(id, (found) => found.health === 'healthy');
      expect(details.probes.at(-1)).toEqual({ exitCode: 0, output: 'all is well\n' });
      expect(await observe(id)).toMatchObject({
        health: 'healthy',
        status: expect.stringContaining('(healthy)'),
      });
    });

    test('it becomes unhealthy when its probe fails too often, and healthy again', async () => {
      const { driver, start, until } = lab();
      const id = await start(programs.patient, check);
      const details = await until(id, (found) => found.health === 'unhealthy');
      expect(details.state).toBe('running');
      expect(details.probes.at(-1)).toEqual({ exitCode: 1, output: 'not yet\n' });
      await driver.putFiles(id, [healthy]);
      await until(id, (found) => found.health === 'healthy');
    });

    test('the events tell each change of it', async () => {
      const { driver, create, project } = lab();
      const id = await create(programs.patient, check);
      await driver.putFiles(id, [healthy]);
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      await driver.startContainer(id);
      for await (const event of events) {
        if (event.action !== 'health' || event.health === 'starting') continue;
        expect(event).toMatchObject({ container: id, health: 'healthy' });
        break;
      }
      stop.abort();
    });
  });
}
