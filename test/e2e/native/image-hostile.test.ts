import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layerLimits } from '../../../src/runtime/native/images/index.ts';
import { dockerArchive, type MadeImage, sha256 } from '../../support/images/archive.ts';
import { pieces, type TestImages, testImages } from '../../support/images/store.ts';
import { folder, hardLink, type MadeEntry, makeTar, symlink } from '../../support/images/tar.ts';

const file = (name: string, more: Partial<MadeEntry> = {}): MadeEntry => ({ name, content: 'x', ...more });
const node = (flag: string, device: readonly [number, number]): MadeEntry => ({ name: 'node', flag, device });
const gnuLong = (content: string): MadeEntry => ({ name: '././@LongLink', flag: 'L', content });

/** Layers that must not be unpacked, and what is said of each. */
const hostile: readonly (readonly [name: string, entries: readonly MadeEntry[], message: string])[] = [
  ['a path that climbs', [file('../evil')], '"../evil": its path climbs with ".."'],
  ['a path that climbs in its middle', [file('a/../../evil')], 'its path climbs'],
  ['a path that climbs from the root', [file('/../evil')], 'its path climbs'],
  ['a PAX path that climbs', [file('a', { pax: { path: '../evil' } })], 'its path climbs'],
  ['a long name of GNU that climbs', [gnuLong('x/../../evil\0'), file('a')], 'its path climbs'],
  [
    'a prefix that climbs',
    [file('evil', { change: (header) => header.write('..', 345) })],
    'its path climbs',
  ],
  ['a folder that climbs', [folder('..')], 'its path climbs'],
  [
    'a file below a link out',
    [symlink('out', '/tmp'), file('out/evil')],
    'it lies below the link "out" of the same layer',
  ],
  ['a file far below a link', [symlink('a', '../..'), file('a/b/c/evil')], 'it lies below the link "a"'],
  ['a folder below a link', [symlink('out', '/tmp'), folder('out/evil')], 'it lies below the link "out"'],
  [
    'a link that was a folder',
    [folder('a'), symlink('b', '/tmp'), hardLink('c', 'b'), file('c/evil')],
    'it lies below the link "c"',
  ],
  ['a removal below a link', [symlink('out', '/tmp'), file('out/.wh.x')], 'it lies below the link "out"'],
  [
    'an opaque mark below a link',
    [symlink('out', '/tmp'), file('out/.wh..wh..opq')],
    'it lies below the link "out"',
  ],
  ['a file below a file', [file('a'), file('a/b')], 'it lies below "a", which is no folder'],
  ['a hard link out', [hardLink('a', '../../etc/passwd')], '"../../etc/passwd": its path climbs'],
  [
    'a hard link to a file of the machine',
    [hardLink('a', '/etc/passwd')],
    'it is a hard link to "/etc/passwd", no file of the layer',
  ],
  ['a hard link through a link', [symlink('e', '/etc'), hardLink('a', 'e/passwd')], 'no file of the layer'],
  ['a hard link to a folder', [folder('a'), hardLink('b', 'a')], 'no file of the layer'],
  ['a hard link to itself', [file('a'), hardLink('a', 'a')], 'it is a hard link to itself'],
  ['a hard link to a removal', [file('.wh.a'), hardLink('b', 'a')], 'no file of the layer'],
  ['a link to nothing', [symlink('a', '')], 'its link leads to an impossible path'],
  [
    'a link with a zero byte',
    [{ ...symlink('a', 'b'), pax: { linkpath: 'b\0c' } }],
    'its link leads to an impossible path',
  ],
  ['a name with a zero byte', [file('a', { pax: { path: 'a\0b' } })], 'its name has a zero byte in it'],
  [
    'a name that is too long',
    [file('a', { pax: { path: 'x'.repeat(256) } })],
    'its name has more than 255 bytes',
  ],
  [
    'a path that is too long',
    [file('a', { pax: { path: 'x/'.repeat(2500) } })],
    'its path has more than 3900 bytes',
  ],
  ['the device that hides files', [node('3', [0, 0])], 'it is the device 0:0, which would hide a file'],
  ['a device that cannot be', [node('4', [9999, 1])], 'there is no device 9999:1'],
  [
    'a removal that is a device',
    [{ ...node('3', [1, 3]), name: '.wh.a' }],
    'it marks something as removed and is a character',
  ],
  ['a removal of nothing', [file('.wh.')], 'it marks nothing as removed'],
  ['a removal of the folder above', [file('a/.wh...')], 'it marks nothing as removed'],
  ['a file below a removal', [file('.wh.a/b')], 'it lies in a folder that marks something as removed'],
  [
    'an attribute of the overlay',
    [file('a', { pax: { 'SCHILY.xattr.trusted.overlay.redirect': '/etc' } })],
    'has the attribute "trusted.overlay.redirect", which would steer the overlay',
  ],
  ['a root that is a link', [symlink('./', '/')], 'it would replace the root by a symlink'],
  ['a root that is a file', [file('/')], 'it would replace the root by a file'],
  [
    'a full folder that becomes a link',
    [folder('a'), file('a/b'), symlink('a', '/tmp')],
    'it would replace a folder of the same layer that is not empty',
  ],
  [
    'an owner that is nobody',
    [file('a', { pax: { uid: '4294967295' } })],
    'there is no owner or group 4294967295',
  ],
];

const whole = makeTar([file('a', { content: 'x'.repeat(5000) }), file('b')]);

/** Layers that are damaged. */
const damaged: readonly (readonly [name: string, layer: Buffer, message: string])[] = [
  ['ends in a header', whole.subarray(0, 200), 'the archive ends in the middle of an entry'],
  ['ends in a file', whole.subarray(0, 3000), 'the archive ends in the middle of an entry'],
  ['ends in its packing', gzipSync(whole).subarray(0, 40), 'it is no proper gzip'],
  [
    'has a broken packing',
    Buffer.concat([gzipSync(whole).subarray(0, 20), Buffer.alloc(50, 7)]),
    'it is no proper gzip',
  ],
  ['is no archive', Buffer.alloc(2000, 'no archive '), 'a header of the archive has a wrong checksum'],
  [
    'goes on behind its end',
    Buffer.concat([makeTar([], { isOpen: true }), Buffer.alloc(512), whole]),
    'the archive goes on behind an empty block',
  ],
  [
    'tells a size below zero',
    makeTar([file('a', { change: (header) => header.fill(0xff, 124, 136) })]),
    '"a" has less than no bytes',
  ],
  [
    'tells a size that is no number',
    makeTar([file('a', { change: (header) => header.write('9x', 124) })]),
    'the size of "a" is no number',
  ],
  [
    'has an endless PAX header',
    makeTar([file('a', { flag: 'x', size: 2 ** 31 })]),
    'an extended header of the archive has 2147483648 bytes',
  ],
  [
    'has a PAX record without a length',
    makeTar([file('a', { flag: 'x', content: 'path=/etc\n' }), file('b')]),
    'a record of a wrong length',
  ],
  ['has a PAX size that is no number', makeTar([file('a', { pax: { size: '-1' } })]), 'has "-1" as size'],
  ['has a file with holes', makeTar([file('a', { flag: 'S' })]), '"a" is written with holes'],
  [
    'has PAX records of holes',
    makeTar([file('a', { pax: { 'GNU.sparse.major': '1' } })]),
    '"a" is written with holes',
  ],
  ['has an entry of no known kind', makeTar([file('a', { flag: 'Z' })]), '"a" is of an unknown kind'],
  [
    'ends in a name',
    makeTar([gnuLong('name\0')], { isOpen: true }),
    'the archive ends in the middle of an entry',
  ],
];

describe('a layer that no honest program makes', () => {
  it.each(hostile)('is refused: %s', async (_, entries, message) => {
    using store = testImages();
    const failure = await refusal(store, { layers: [makeTar(entries)] });
    expect(failure).toMatchObject({ code: 'image.unsafe', message: expect.stringContaining(message) });
    expect(leftIn(store)).toEqual([]);
  });

  it.each(damaged)('is refused when it %s', async (_, layer, message) => {
    using store = testImages();
    const failure = await refusal(store, { layers: [layer] });
    expect(failure).toMatchObject({ code: 'image.corrupt', message: expect.stringContaining(message) });
    expect(leftIn(store)).toEqual([]);
  });

  it('is refused when it is another one than the configuration says', async () => {
    using store = testImages();
    const failure = await refusal(store, { layers: [whole], diffIds: [sha256('other')] });
    expect(failure).toMatchObject({
      code: 'image.corrupt',
      message: expect.stringContaining(`should be ${sha256('other')}`),
    });
    expect(leftIn(store)).toEqual([]);
  });

  it.each([
    ['entries', { entries: 2 }, makeTar([file('a'), file('b'), file('c')]), 'has more than 2 files'],
    ['bytes', { size: 3000 }, whole, 'has more than 3000 bytes'],
    [
      'bytes for its packing',
      { ratio: 10, freeSize: 10_000 },
      gzipSync(makeTar([file('a', { content: Buffer.alloc(1_000_000) })])),
      'grows to more than 10 times its size when it is unpacked',
    ],
  ])('is refused when it has too many %s', async (_, limits, layer, message) => {
    using store = testImages({ limits: { ...layerLimits, ...limits } });
    const failure = await refusal(store, { layers: [layer], diffIds: [sha256('whatever')] });
    expect(failure).toMatchObject({ code: 'image.too-large', message: expect.stringContaining(message) });
    expect(leftIn(store)).toEqual([]);
  });
});

describe('a layer that is unusual', () => {
  it.each([
    ['a path from the root', [file('/etc/motd')], ['etc', 'etc/motd']],
    ['dots and slashes in paths', [folder('./a//.'), file('././a//b')], ['a', 'a/b']],
    ['a file twice', [file('a', { content: 'one' }), file('a', { content: 'two' })], ['a']],
    ['a link that becomes a folder', [symlink('a', '/tmp'), folder('a'), file('a/b')], ['a', 'a/b']],
    ['an empty folder that becomes a file', [folder('a'), file('a')], ['a']],
    ['links that lead out', [symlink('a', '../../../etc'), symlink('b', '/etc')], ['a', 'b']],
    [
      'notes of an old storage driver',
      [folder('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs'), file('a')],
      ['a'],
    ],
    ['labels of another machine', [file('a', { pax: { 'SCHILY.xattr.security.selinux': 'x' } })], ['a']],
    ['a global PAX header', [{ name: 'g', flag: 'g', content: '' }, file('a')], ['a']],
    [
      'a folder of the time before flags',
      [
        { name: 'a/', flag: '\0' },
        { name: 'a/b', flag: '\0', content: 'x' },
      ],
      ['a', 'a/b'],
    ],
    ['a file and the removal of its name', [file('.wh.a'), file('a'), file('b'), file('.wh.b')], ['a', 'b']],
  ] satisfies [string, readonly MadeEntry[], string[]][])('is taken: %s', async (_, entries, names) => {
    using store = testImages();
    await load(store, { tags: ['a'], layers: [makeTar(entries)] });
    const root = (await store.images.find('a'))?.layers[0] ?? '';
    expect(pathsIn(root)).toEqual(names);
  });

  it('is taken without blocks at its end', async () => {
    using store = testImages();
    await load(store, { tags: ['a'], layers: [makeTar([file('a')], { isOpen: true })] });
    expect((await store.images.find('a'))?.size).toBe(1);
  });

  it('hides all below it when its root is opaque', async () => {
    using store = testImages();
    const layers = [makeTar([file('a')]), makeTar([file('.wh..wh..opq'), file('b')]), makeTar([file('c')])];
    await load(store, { tags: ['a'], layers });
    const found = await store.images.find('a');
    expect(found?.layers.map((layer) => readdirSync(`${layer}/`))).toEqual([['b'], ['c']]);
  });
});

async function load(store: TestImages, image: MadeImage): Promise<void> {
  await store.images.load({ kind: 'stream', chunks: pieces(dockerArchive([image])) });
}

async function refusal(store: TestImages, image: MadeImage): Promise<unknown> {
  return load(store, image).then(
    () => 'it was taken',
    (thrown: unknown) => thrown,
  );
}

/** Without following links. */
function pathsIn(root: string): readonly string[] {
  return execFileSync('find', [`${root}/`, '-mindepth', '1', '-printf', '%P\n'])
    .toString()
    .trim()
    .split('\n')
    .sort();
}

/** What a refused image leaves in the store: nothing. */
function leftIn({ folder: root }: TestImages): readonly string[] {
  const parts = ['layers', 'l', 'tmp', 'leases', 'trash'];
  return parts.flatMap((part) => readdirSync(join(root, 'lib/images', part)));
}
