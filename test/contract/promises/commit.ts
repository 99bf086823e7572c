import { describe, expect, test } from 'vitest';
import type { Contract } from '../driver-contract.ts';
import { volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';

const file = (path: string, content: string) => ({ path, content, mode: 0o640, uid: 1000, gid: 0 });

export function describeCommit({ lab }: Contract): void {
  describe('an image of a container', () => {
    test('has what is different in it, but not what is mounted, whether it runs or not', async () => {
      const { driver, create, exec, name, volume } = lab();
      const mounts = [volumeMount('/data', await volume('data'))];
      const id = await create(programs.idle, { mounts });
      await driver.putFiles(id, [file('/srv/own', 'here'), file('/data/note', 'in the volume')]);
      const references = ['stopped', 'running'].map((word) => `localhost/${name(word)}:1`);
      for (const reference of references) {
        const image = await driver.commitContainer(id, { reference, changes: [], pause: true });
        expect(image).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect((await driver.inspectImage(reference))?.observed).toMatchObject({
          id: image,
          tags: [reference],
        });
        const other = await create(programs.idle, { image: reference });
        await driver.startContainer(other);
        expect((await exec(other, programs.read, '/srv/own')).stdout).toBe('here');
        expect((await exec(other, programs.read, '/data/note')).exitCode).toBe(1);
        await driver.removeContainer(other, { force: true, volumes: true });
        await driver.removeImage(reference);
        await driver.startContainer(id);
      }
      expect((await driver.inspectContainer(id))?.state).toBe('running');
    });

    test('needs no name, but one that can be one', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      const image = await driver.commitContainer(id, { changes: [], pause: false });
      expect((await driver.inspectImage(image))?.observed.tags).toEqual([]);
      await driver.removeImage(image);
      const unnamed = driver.commitContainer(id, { reference: 'Not A Name', changes: [], pause: false });
      await expect(unnamed).rejects.toMatchObject({ code: 'image.reference' });
    });
  });
}
