import { describe, expect, test } from 'vitest';
import { labels } from '../../../src/core/labels.ts';
import type { Contract } from '../driver-contract.ts';
import { programs } from '../programs.ts';

const otherHash = { [labels.configHash]: '1'.repeat(64) };

export function describeOwnership({ lab }: Contract): void {
  describe('creating what exists', () => {
    test('a container with the same hash and project is the existing one', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      const first = await driver.createContainer(wanted, {});
      expect(await driver.createContainer(wanted, {})).toBe(first);
      expect((await lab().snapshot()).containers).toHaveLength(1);
    });

    test('a container with another hash is a conflict', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      await driver.createContainer(wanted, {});
      const other = { ...wanted, labels: { ...wanted.labels, ...otherHash } };
      await expect(driver.createContainer(other, {})).rejects.toMatchObject({ code: 'engine.conflict' });
    });

    test('a container of another project is a conflict', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      await driver.createContainer(wanted, {});
      const other = { ...wanted, labels: { ...wanted.labels, [labels.project]: 'somebody-else' } };
      await expect(driver.createContainer(other, {})).rejects.toMatchObject({ code: 'engine.conflict' });
    });

    test('a container of another service, whose definition may be the same, is a conflict', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      await driver.createContainer(wanted, {});
      const other = { ...wanted, labels: { ...wanted.labels, [labels.service]: 'another' } };
      await expect(driver.createContainer(other, {})).rejects.toMatchObject({ code: 'engine.conflict' });
    });

    test('a container that runs once is none of the same command that ran before', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      const once = (slug: string) => ({ ...wanted, labels: { ...wanted.labels, [labels.slug]: slug } });
      const first = await driver.createContainer(once('a'.repeat(64)), {});
      await expect(driver.createContainer(once('b'.repeat(64)), {})).rejects.toMatchObject({
        code: 'engine.conflict',
      });
      expect((await lab().details(first)).state).toBe('created');
    });

    test('`as` is the name it gets', async () => {
      const { driver, spec, name } = lab();
      const as = name('temporary');
      const id = await driver.createContainer(spec(programs.idle), { as });
      expect((await lab().details(id)).name).toBe(as);
    });

    test('two that create the same container at once get the same one', async () => {
      const { driver, spec } = lab();
      const wanted = spec(programs.idle);
      const ids = await Promise.all([driver.createContainer(wanted, {}), driver.createContainer(wanted, {})]);
      expect(ids[0]).toBe(ids[1]);
    });

    test('a network with the same hash stays, with another it is a conflict', async () => {
      const { driver, network, networkSpec } = lab();
      const name = await network('net');
      await driver.createNetwork(networkSpec(name));
      const other = networkSpec(name);
      await expect(
        driver.createNetwork({ ...other, labels: { ...other.labels, ...otherHash } }),
      ).rejects.toMatchObject({ code: 'engine.conflict' });
      expect((await lab().snapshot()).networks.map((found) => found.name)).toEqual([name]);
    });

    test('a volume with the same hash stays, with another it is a conflict', async () => {
      const { driver, volume, volumeSpec } = lab();
      const name = await volume('vol');
      await driver.createVolume(volumeSpec(name));
      const other = volumeSpec(name);
      await expect(
        driver.createVolume({ ...other, labels: { ...other.labels, ...otherHash } }),
      ).rejects.toMatchObject({ code: 'engine.conflict' });
    });
  });
}
