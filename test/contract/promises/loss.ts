import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { createLab } from '../lab.ts';
import { programs } from '../programs.ts';

export function describeLoss({
  lab,
  connectToMortal,
}: Contract & Required<Pick<Contract, 'connectToMortal'>>): void {
  describe('an engine that goes away', () => {
    test('ends events, logs and calls that wait with `engine.lost`, and refuses new ones', async () => {
      const { driver, die } = await connectToMortal();
      const mortal = createLab(driver, lab().image);
      const id = await mortal.start(programs.gated);
      const lost = { name: expect.stringContaining('Error'), code: 'engine.lost' };
      const events = await driver.events({ project: mortal.project });
      const logs = driver.logs(id, { follow: true })[Symbol.asyncIterator]();
      await logs.next();
      const stopping = driver.stopContainer(id, { timeoutSeconds: 60 });
      const pending = [readAll(events), logs.next(), stopping].map((wait) =>
        expect(wait).rejects.toMatchObject(lost),
      );
      await die();
      await Promise.all(pending);
      await expect(driver.version()).rejects.toMatchObject({
        code: expect.stringMatching(/^engine\.(lost|refused|not-found)$/),
        message: expect.any(String),
      });
      await driver.close();
      // What it left on a real engine, which is alive behind the broken connection.
      await lab().driver.removeContainer(id, { force: true, volumes: true });
    });
  });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
