import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dockerArchive, idOf, type MadeImage, sha256 } from '../../support/images/archive.ts';
import { collected, pieces, type TestImages, testImages } from '../../support/images/store.ts';
import { folder, hardLink, makeTar, symlink } from '../../support/images/tar.ts';
import { usedBy } from '../../support/users.ts';

/** With everything that makes an archive hard to write again: order, padding, files that are replaced, odd headers. */
const awkward = Buffer.concat([
  makeTar([
    folder('z'),
    { name: 'z/b', content: 'x'.repeat(5000), pax: { mtime: '12345.678', comment: 'hello' } },
    { name: 'twice', content: 'first' },
    { name: 'twice', content: 'second' },
    hardLink('z/link', 'twice'),
    { name: 'twice', content: 'third' },
    symlink('a', '/z'),
    { name: 'caf\xe9', content: 'latin1' },
    { name: 'z/.wh.gone', content: 'marks with content' },
    { name: 'empty' },
  ]),
  Buffer.alloc(8192),
]);
const image: MadeImage = {
  tags: ['app:1', 'app:2'],
  layers: [awkward, makeTar([{ name: 'b', content: 'b' }])],
};

describe('saving', () => {
  it('writes layers byte for byte as they came', async () => {
    using store = await loaded([image]);
    using other = testImages();
    const archive = await collected(await store.images.save(['app:1']));
    expect(await other.images.load({ kind: 'stream', chunks: pieces(archive) })).toEqual([
      { id: idOf(image), tags: ['app:1'] },
    ]);
    expect(await collected(await other.images.save(['app:1']))).toEqual(archive);
  });

  it('writes what layers share once, and all tags of what is named by its id', async () => {
    const second: MadeImage = { tags: ['other:1'], layers: [awkward], config: { Cmd: ['x'] } };
    using store = await loaded([image, second]);
    using other = testImages();
    const archive = await collected(await store.images.save([idOf(image), 'other:1']));
    expect(archive.toString('latin1').split('hello')).toHaveLength(2);
    const back = await other.images.load({ kind: 'stream', chunks: pieces(archive) });
    expect(back).toEqual([
      { id: idOf(image), tags: ['app:1', 'app:2'] },
      { id: idOf(second), tags: ['other:1'] },
    ]);
  });

  it('of an image that is not there fails before the first byte', async () => {
    using store = await loaded([image]);
    await expect(store.images.save(['app:1', 'nothing'])).rejects.toMatchObject({
      code: 'image.not-found',
      message: 'there is no image "nothing" on this machine',
    });
    expect(readdirSync(join(store.folder, 'lib/images/leases'))).toEqual([]);
  });

  it('fails when somebody has changed the files', async () => {
    using store = await loaded([image]);
    const [layer = ''] = (await store.images.find('app:1'))?.layers ?? [];
    writeFileSync(join(layer, 'z/b'), 'y'.repeat(5000));
    await expect(store.images.save(['app:1']).then(collected)).rejects.toMatchObject({
      code: 'image.corrupt',
      message: expect.stringContaining('its files were changed'),
    });
  });

  it('goes on while the image is removed', async () => {
    using store = await loaded([image]);
    const chunks = await store.images.save(['app:1']);
    await store.again().remove(
      idOf(image),
      usedBy(() => false),
    );
    await collected(chunks);
    expect(await store.images.list()).toEqual([]);
    await store.images.prune({ all: false, ...usedBy(() => false) });
    expect(readdirSync(join(store.folder, 'lib/images/layers'))).toEqual([]);
  });
});

describe('importing', () => {
  it('makes an image of a file system, with what a Dockerfile would say', async () => {
    using store = testImages();
    const changes = [
      'CMD ["/bin/sh", "-l"]',
      'entrypoint exec "$0"',
      'ENV A=1 B="two words"',
      'ENV A three',
      'EXPOSE 80 53/udp',
      'VOLUME /data /more',
      'LABEL a=b',
      'WORKDIR /srv',
      'WORKDIR app',
      'USER 7:8',
      'STOPSIGNAL SIGINT',
    ];
    const tar = gzipSync(makeTar([{ name: 'etc/motd', content: 'hi' }]));
    const id = await store.images.import(
      { kind: 'stream', chunks: pieces(tar) },
      { reference: 'made:1', changes, message: 'by hand', platform: 'linux/arm64' },
    );
    const found = await store.images.find('made:1');
    expect(found).toMatchObject({
      id,
      architecture: 'arm64',
      config: {
        command: ['/bin/sh', '-l'],
        entrypoint: ['/bin/sh', '-c', 'exec "$0"'],
        environment: ['B=two words', 'A=three'],
        exposedPorts: ['80/tcp', '53/udp'],
        volumes: ['/data', '/more'],
        labels: { a: 'b' },
        workingDir: '/srv/app',
        user: '7:8',
        stopSignal: 'SIGINT',
      },
    });
    expect(readFileSync(join(found?.layers[0] ?? '', 'etc/motd'), 'utf8')).toBe('hi');
  });

  it.each([
    ['RUN make', 'the change "RUN make" makes no sense: one of'],
    ['CMD [1]', 'a list in JSON of texts is wanted'],
    ['ENV A', 'NAME=VALUE is wanted'],
    ['EXPOSE x', '"x" is no port'],
  ])('refuses the change %s', async (change, message) => {
    using store = testImages();
    const chunks = pieces(makeTar([]));
    await expect(
      store.images.import({ kind: 'stream', chunks }, { changes: [change] }),
    ).rejects.toMatchObject({
      code: 'cli.usage',
      message: expect.stringContaining(message),
    });
  });
});

describe('tags', () => {
  it('are given, and taken from another image', async () => {
    const second: MadeImage = { tags: ['other:1'], layers: [awkward], config: { Cmd: ['x'] } };
    using store = await loaded([image, second]);
    await store.images.tag('other:1', 'app:1');
    expect((await store.images.find('app:1'))?.id).toBe(idOf(second));
    expect((await store.images.find(idOf(image)))?.observed.tags).toEqual(['app:2']);
    await expect(store.images.tag('nothing', 'x')).rejects.toMatchObject({ code: 'image.not-found' });
    await expect(store.images.tag('app:1', `x@${sha256('x')}`)).rejects.toMatchObject({
      code: 'image.reference',
    });
    await expect(store.images.tag('app:1', 'UPPER')).rejects.toMatchObject({ code: 'image.reference' });
  });
});

describe('pruning', () => {
  it('removes images without a tag, or all that nothing uses, and tells what is free now', async () => {
    const untagged: MadeImage = { layers: [makeTar([{ name: 'u', content: 'u'.repeat(100) }])] };
    using store = await loaded([image, untagged]);
    const used = idOf(image);
    expect((await store.images.usage()).unique).toEqual(
      new Map([
        [used, expect.any(Number)],
        [idOf(untagged), 100],
      ]),
    );
    expect(await store.images.prune({ all: false, ...usedBy(() => true) })).toMatchObject({
      deleted: [],
      reclaimed: 0,
    });
    expect(await store.images.prune({ all: false, ...usedBy((id) => id === used) })).toEqual({
      deleted: [idOf(untagged)],
      untagged: [],
      reclaimed: 100,
    });
    expect(await store.images.prune({ all: true, ...usedBy((id) => id === used) })).toMatchObject({
      deleted: [],
    });
    expect(await store.images.prune({ all: true, ...usedBy(() => false), only: () => false })).toMatchObject({
      deleted: [],
    });
    expect(await store.images.prune({ all: true, ...usedBy(() => false) })).toMatchObject({
      deleted: [used],
      untagged: ['app:1', 'app:2'],
    });
    expect((await store.images.usage()).total).toBe(0);
  });

  it('takes away what a killed command has left, and nothing of one that runs', async () => {
    using store = testImages();
    const root = join(store.folder, 'lib/images');
    // Makes the folders.
    await store.images.prune({ all: false, ...usedBy(() => false) });
    await writeFile(join(root, 'leases/dead'), JSON.stringify([sha256('layer')]));
    await writeFile(join(root, 'tmp/orphan'), '');
    await writeFile(join(root, 'partial/half'), '');
    const image2: MadeImage = { tags: ['slow'], layers: [makeTar([{ name: 'a', content: 'a' }])] };
    let prunes = 0;
    const slow = async function* () {
      for await (const piece of pieces(dockerArchive([image2]))) {
        if (prunes < 2) await store.again().prune({ all: true, ...usedBy(() => false) });
        prunes += 1;
        yield piece;
      }
    };
    await store.images.load({ kind: 'stream', chunks: slow() });
    expect((await store.images.find('slow'))?.id).toBe(idOf(image2));
    expect(['leases', 'tmp', 'partial'].flatMap((part) => readdirSync(join(root, part)))).toEqual([]);
  });
});

async function loaded(images: readonly MadeImage[]): Promise<TestImages> {
  const store = testImages();
  await store.images.load({ kind: 'stream', chunks: pieces(dockerArchive(images)) });
  return store;
}
