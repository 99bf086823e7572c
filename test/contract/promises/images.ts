import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { programs } from '../programs.ts';

export function describeImages({ lab }: Contract): void {
  describe('images', () => {
    test('one that is present is described', async () => {
      const { driver, image } = lab();
      const found = await driver.inspectImage(image);
      expect(found).toMatchObject({
        observed: {
          id: expect.stringMatching(/^sha256:/),
          digest: expect.stringMatching(/^sha256:/),
          volumes: [],
          hasHealthcheck: false,
        },
        os: 'linux',
        architecture: expect.stringMatching(/^[a-z0-9]+$/),
      });
      expect(found?.size).toBeGreaterThan(0);
      expect(found?.createdAt).toBeGreaterThanOrEqual(0);
      expect(found?.observed.tags.some((tag) => tag.startsWith(image))).toBe(true);
    });

    test('one that is not is undefined', async () => {
      expect(await lab().driver.inspectImage('localhost/no/such:image')).toBeUndefined();
    });

    test('one that cannot be pulled fails with an error that names it', async () => {
      // Nothing listens there.
      const reference = '127.0.0.1:9/no/such:image';
      const pulling = lab().driver.pullImage(reference, {});
      await expect(pulling).rejects.toMatchObject({
        code: expect.stringMatching(/^(image|engine)\./),
        message: expect.stringContaining(reference),
      });
    });

    test('one that is present tells how it came about, and another one nothing', async () => {
      const { driver, image } = lab();
      const [last] = (await driver.imageHistory(image)) ?? [];
      expect(last).toMatchObject({ by: expect.any(String), size: expect.any(Number) });
      expect(last?.id).toBe((await driver.inspectImage(image))?.observed.id);
      expect(await driver.imageHistory('localhost/no/such:image')).toBeUndefined();
    });

    test('one that is not is not pushed', async () => {
      const reference = '127.0.0.1:9/no/such:image';
      await expect(lab().driver.pushImage(reference, {})).rejects.toMatchObject({
        code: 'image.not-found',
        message: expect.stringContaining(reference),
      });
    });

    test('one that a container was made from is not removed', async () => {
      const { driver, image, create } = lab();
      await create(programs.idle);
      await expect(driver.removeImage(image)).rejects.toMatchObject({ code: 'engine.conflict' });
      expect(await driver.inspectImage(image)).toBeDefined();
    });
  });
}
