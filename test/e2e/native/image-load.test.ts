import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, idOf, sha256 } from '../../support/images/archive.ts';
import { attributesOf } from '../../support/images/attributes.ts';
import { libc, pieces, testImages } from '../../support/images/store.ts';
import { folder, hardLink, makeTar, symlink } from '../../support/images/tar.ts';
import { usedBy } from '../../support/users.ts';

/** CAP_NET_BIND_SERVICE, permitted and effective (linux/capability.h). */
const capability = '\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

const base = makeTar([
  folder('bin'),
  { name: 'bin/sh', content: 'shell', mode: 0o4755, uid: 7, gid: 8 },
  hardLink('bin/ash', 'bin/sh'),
  symlink('lib', 'usr/lib'),
  folder('tmp', { mode: 0o1777, mtime: 5 }),
  { name: 'tmp/old', content: 'old' },
  { name: 'tmp/pipe', flag: '6', mode: 0o600 },
  { name: 'null', flag: '3', device: [1, 3], mode: 0o666 },
  { name: 'caf\xe9', content: 'latin1' },
  {
    name: 'long',
    pax: {
      path: `deep/${'x'.repeat(200)}/file`,
      uid: '3000000',
      mtime: '1234567890.5',
      'SCHILY.xattr.user.note': 'hi',
      'SCHILY.xattr.security.capability': capability,
    },
    content: 'deep',
  },
]);
const upper = makeTar([folder('tmp'), { name: 'tmp/.wh.old' }, folder('bin'), { name: 'bin/.wh..wh..opq' }]);

describe('loading an archive of docker save', () => {
  it('gives the image by its tags, its id, the beginning of that, and nothing else', async () => {
    using store = testImages();
    const image = {
      tags: ['shop:1', 'docker.io/team/shop:2'],
      layers: [base, upper],
      config: { Cmd: ['sh'] },
    };
    const loaded = await store.images.load({ kind: 'stream', chunks: pieces(dockerArchive([image])) });
    expect(loaded).toEqual([{ id: idOf(image), tags: ['shop:1', 'team/shop:2'] }]);
    const id = idOf(image);
    for (const name of [
      'shop:1',
      'docker.io/library/shop:1',
      'team/shop:2',
      id,
      id.slice(7),
      id.slice(7, 15),
      id.slice(0, 12),
    ])
      expect((await store.again().find(name))?.id).toBe(id);
    for (const name of ['shop', 'shop:2', 'team/shop', 'x'.repeat(300), '', sha256('x')])
      expect(await store.images.find(name)).toBeUndefined();
  });

  it('makes files, links, devices, owners, modes, times and attributes as the layers say', async () => {
    using store = testImages();
    await store.images.load({
      kind: 'stream',
      chunks: pieces(dockerArchive([{ tags: ['a'], layers: [base] }])),
    });
    const root = (await store.images.find('a'))?.layers[0] ?? '';
    const shell = lstatSync(join(root, 'bin/sh'));
    expect([shell.mode & 0o7777, shell.uid, shell.gid, shell.mtimeMs, shell.nlink]).toEqual([
      0o4755, 7, 8, 1e12, 2,
    ]);
    expect(lstatSync(join(root, 'bin/ash')).ino).toBe(shell.ino);
    expect(readlinkSync(join(root, 'lib'))).toBe('usr/lib');
    const tmp = lstatSync(join(root, 'tmp'));
    expect([tmp.mode & 0o7777, tmp.mtimeMs]).toEqual([0o1777, 5000]);
    expect(lstatSync(join(root, 'tmp/pipe')).isFIFO()).toBe(true);
    expect([lstatSync(join(root, 'null')).rdev, lstatSync(join(root, 'null')).mode & 0o777]).toEqual([
      0x103, 0o666,
    ]);
    const names = readdirSync(Buffer.from(root), { encoding: 'buffer' }).map((name) =>
      name.toString('latin1'),
    );
    expect(names.sort()).toEqual(['bin', 'caf\xe9', 'deep', 'lib', 'null', 'tmp']);
    const deep = join(root, 'deep', 'x'.repeat(200), 'file');
    expect([lstatSync(deep).uid, lstatSync(deep).mtimeMs]).toEqual([3_000_000, 1_234_567_890_500]);
    expect(attributesOf(deep)).toEqual({ 'user.note': 'hi', 'security.capability': capability });
  });

  it('gives layers that the kernel puts together, without what upper ones take away', async () => {
    using store = testImages();
    const archive = dockerArchive([{ tags: ['a'], layers: [base, upper] }]);
    await store.images.load({ kind: 'stream', chunks: pieces(archive) });
    const { layers = [] } = (await store.images.find('a')) ?? {};
    const target = join(store.folder, 'merged');
    mkdirSync(target);
    libc.mount('overlay', target, 'overlay', 0, `lowerdir=${[...layers].reverse().join(':')}`);
    try {
      expect(readdirSync(join(target, 'bin'))).toEqual([]);
      expect(readdirSync(join(target, 'tmp'))).toEqual(['pipe']);
      expect(readFileSync(join(target, 'deep', 'x'.repeat(200), 'file'), 'utf8')).toBe('deep');
    } finally {
      libc.unmount(target, 0);
    }
  });

  it('keeps layers that images share until the last of them is removed', async () => {
    using store = testImages();
    const images = [
      { tags: ['one', 'uno'], layers: [base] },
      { tags: ['two'], layers: [base, upper] },
    ];
    await store.images.load({ kind: 'stream', chunks: pieces(dockerArchive(images)) });
    const layers = (await store.images.find('two'))?.layers ?? [];
    const unused = usedBy(() => false);
    expect(await store.images.remove('uno', unused)).toEqual({ untagged: ['uno:latest'], deleted: [] });
    await expect(
      store.images.remove(
        'two',
        usedBy(() => true),
      ),
    ).rejects.toMatchObject({
      code: 'engine.conflict',
    });
    expect((await store.images.remove('two', unused)).untagged).toEqual(['two:latest']);
    expect(layers.map((layer) => existsSync(layer))).toEqual([true, false]);
    await store.images.remove('one', unused);
    expect(layers.map((layer) => existsSync(layer))).toEqual([false, false]);
    expect(await store.images.list()).toEqual([]);
    await store.images.remove('one', unused);
    const left = ['blobs/sha256', 'layers', 'l', 'trash', 'tmp', 'leases', 'partial'];
    expect(left.flatMap((name) => readdirSync(join(store.folder, 'lib/images', name)))).toEqual([]);
  });
});
