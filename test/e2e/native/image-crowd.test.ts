import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flotillaProgram } from '../../../scripts/lib/built.mjs';
import { runCommand, startCommand } from '../../support/command.ts';
import { dockerArchive, idOf, type MadeImage } from '../../support/images/archive.ts';
import { pieces, testImages } from '../../support/images/store.ts';
import { makeTar } from '../../support/images/tar.ts';
import { type NativeEngine, nativeEngine } from '../../support/native-engine.ts';
import { usedBy } from '../../support/users.ts';

const shared = makeTar([{ name: 'shared', content: 'x'.repeat(200_000) }]);
const image = (number: number): MadeImage => ({
  tags: [`crowd:${number}`],
  layers: [shared, makeTar([{ name: `${number}`, content: `${number}` }])],
});

it('looking for an image where there is none makes no folder', async () => {
  using store = testImages();
  expect(await store.images.find('nothing')).toBeUndefined();
  expect(await store.images.list()).toEqual([]);
  expect(readdirSync(store.folder)).toEqual([]);
});

describe('many at a time', () => {
  it('load and remove images that share a layer, and nothing is lost and nothing left', async () => {
    using store = testImages();
    const root = join(store.folder, 'lib/images');
    const work = async (number: number) => {
      const own = store.again();
      for (let round = 0; round < 5; round += 1) {
        await own.load({ kind: 'stream', chunks: pieces(dockerArchive([image(number)]), 20_000) });
        const found = await own.find(`crowd:${number}`);
        expect(found?.layers.map((layer) => readdirSync(`${layer}/`))).toEqual([['shared'], [`${number}`]]);
        if (round < 4)
          await own.remove(
            `crowd:${number}`,
            usedBy(() => false),
          );
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(work));
    expect((await store.images.list()).map(({ id }) => id).sort()).toEqual(
      [0, 1, 2, 3, 4, 5].map((number) => idOf(image(number))).sort(),
    );
    const layers = readdirSync(join(root, 'layers'));
    expect(layers).toHaveLength(7);
    const targets = readdirSync(join(root, 'l')).map(
      (name) => readlinkSync(join(root, 'l', name)).split('/')[2],
    );
    expect(targets.sort()).toEqual(layers.sort());
    expect(['tmp', 'leases', 'trash'].flatMap((part) => readdirSync(join(root, part)))).toEqual([]);
  });

  it('an image without layers has an empty folder to stand on', async () => {
    using store = testImages();
    const empty: MadeImage = { tags: ['empty'], layers: [] };
    await store.images.load({ kind: 'stream', chunks: pieces(dockerArchive([empty])) });
    const found = await store.images.find('empty');
    expect(found?.layers.map((layer) => readdirSync(layer))).toEqual([[]]);
  });
});

describe('a command that is killed', () => {
  let engine: NativeEngine;
  beforeAll(() => {
    engine = nativeEngine();
  });
  afterAll(() => engine.remove());

  it('leaves nothing that the next prune does not take away', async () => {
    const env = { FLOTILLA_ROOT: engine.root, FLOTILLA_RUNTIME: 'native', DOCKER_HOST: undefined };
    const program = [process.execPath, flotillaProgram(), '--runtime', 'native'];
    const images = join(engine.root, 'lib/images');
    const loading = startCommand([...program, 'image', 'load'], {
      env,
      input: dockerArchive([image(1)])
        .toString('latin1')
        .slice(0, 1000),
    });
    await until(() => existsSync(join(images, 'tmp')) && readdirSync(join(images, 'tmp')).length > 0);
    loading.signal('SIGKILL');
    await loading.done;
    expect(readdirSync(join(images, 'leases'))).toHaveLength(1);
    const pruned = await runCommand([...program, 'image', 'prune', '-f'], { env });
    expect(pruned).toMatchObject({ stdout: 'Total reclaimed space: 0B\n', exitCode: 0 });
    expect(['tmp', 'leases', 'trash'].flatMap((part) => readdirSync(join(images, part)))).toEqual([]);
  });
});

/** Turns of the event loop, until what another process does can be seen. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
