import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceName } from '../../../src/core/ids.ts';
import { projectName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import type { BindMount, MountSpec, VolumeMount, VolumeSpec } from '../../../src/volumes/index.ts';
import { attributesOf } from '../../support/images/attributes.ts';
import { usedBy } from '../../support/users.ts';
import { type Box, libc, listing, openBox, readText } from './box.ts';

let box: Box;
beforeEach(() => {
  box = openBox();
});
afterEach(() => box.clear());

function volume(name: string, more: Partial<VolumeSpec> = {}): VolumeSpec {
  return {
    key: name,
    name,
    driver: 'local',
    driverOptions: {},
    labels: { [labels.project]: 'shop', [labels.volume]: name, [labels.configHash]: '0'.repeat(64) },
    hash: '0'.repeat(64),
    ...more,
  };
}

function mount(target: string, more: Partial<VolumeMount> = {}): VolumeMount {
  return { kind: 'volume', target, readOnly: false, noCopy: false, labels: {}, ...more };
}

function bind(source: string, target: string, more: Partial<BindMount> = {}): BindMount {
  return { kind: 'bind', source, target, readOnly: false, createHostPath: false, ...more };
}

const dataOf = (name: string): string => join(box.root.lasting, 'volumes', name, '_data');
const unused = usedBy(() => false);
const observe = (...names: string[]) => box.volumes.observe({ project: projectName('shop'), names });

describe('volumes', () => {
  test('are made once, whoever asks at the same time, and a different one of the name is a conflict', async () => {
    await Promise.all([box.volumes.create(volume('data')), box.volumes.create(volume('data'))]);
    const other = { ...volume('data').labels, [labels.configHash]: '1'.repeat(64) };
    await expect(box.volumes.create(volume('data', { labels: other }))).rejects.toMatchObject({
      code: 'engine.conflict',
    });
    expect(await observe()).toEqual([{ name: 'data', driver: 'local', labels: volume('data').labels }]);
    expect(readdirSync(join(box.root.lasting, 'volumes'))).toEqual(['data']);
  });

  test('of others are seen when they are named', async () => {
    await box.volumes.create(volume('theirs', { labels: { [labels.project]: 'other' } }));
    expect(await observe()).toEqual([]);
    expect((await observe('theirs', 'no-such')).map(({ name }) => name)).toEqual(['theirs']);
  });

  test('go with what is in them, unless a container holds them; what is not there goes with success', async () => {
    await box.volumes.create(volume('data'));
    writeFileSync(join(dataOf('data'), 'file'), 'kept');
    await expect(
      box.volumes.remove(
        'data',
        usedBy(() => true),
      ),
    ).rejects.toMatchObject({
      code: 'engine.conflict',
    });
    expect(existsSync(join(dataOf('data'), 'file'))).toBe(true);
    await box.volumes.remove('data', unused);
    await box.volumes.remove('data', unused);
    await box.volumes.remove('../../etc', unused);
    expect(await observe()).toEqual([]);
    expect(readdirSync(join(box.root.lasting, 'trash'))).toEqual([]);
  });

  test('have names that cannot lead elsewhere, and the one driver that there is', async () => {
    for (const spec of [
      volume('../x'),
      volume('.x'),
      volume('x'),
      volume('data', { driverOptions: { device: '/x' } }),
      volume('data', { driverOptions: { type: 'nfs', device: ':/', speed: 'high' } }),
    ]) {
      await expect(box.volumes.create(spec)).rejects.toMatchObject({ code: 'engine.request' });
    }
    await expect(box.volumes.create(volume('data', { driver: 'rexray' }))).rejects.toMatchObject({
      code: 'engine.capability',
      message:
        'the native engine cannot honour volumes.data.driver: it has no volume driver "rexray", only "local"',
    });
    expect(await observe()).toEqual([]);
  });
});

describe('files put into a volume', () => {
  const fill = (path: string, content: string, mode = 0o640) =>
    box.volumes.fill({
      volume: volume('files'),
      service: 'web' as ServiceName,
      image: 'any',
      files: [{ path, content, mode, uid: 33, gid: 44 }],
    });

  test('have their owner and mode, and replace what is there', async () => {
    await fill('a/b/secret', 'one');
    await fill('a/b/secret', 'two', 0o4755);
    expect(readFileSync(join(dataOf('files'), 'a/b/secret'), 'utf8')).toBe('two');
    expect(listing(dataOf('files'))).toEqual(['a 40755 0:0', 'a/b 40755 0:0', 'a/b/secret 104755 33:44']);
  });

  test('never land outside, even where a container has put a link', async () => {
    await fill('first', 'x');
    symlinkSync(box.folder('host'), join(dataOf('files'), 'link'));
    symlinkSync(join(box.folder('host'), 'target'), join(dataOf('files'), 'direct'));
    await expect(fill('link/file', 'x')).rejects.toMatchObject({ code: 'engine.request' });
    await expect(fill('../file', 'x')).rejects.toMatchObject({ code: 'engine.request' });
    await fill('direct', 'x');
    expect(readdirSync(box.folder('host'))).toEqual([]);
    expect(lstatSync(join(dataOf('files'), 'direct')).isFile()).toBe(true);
  });
});

describe('an empty volume', () => {
  const source = () => join(box.rootfs, 'srv');
  beforeEach(() => {
    mkdirSync(join(source(), 'sub'), { recursive: true });
    chownSync(source(), 70, 71);
    chmodSync(source(), 0o2750);
    writeFileSync(join(source(), 'sub/file'), 'content', { mode: 0o600 });
    chownSync(join(source(), 'sub/file'), 5, 6);
    linkSync(join(source(), 'sub/file'), join(source(), 'hard'));
    symlinkSync('/etc/passwd', join(source(), 'soft'));
    libc.mknod(join(source(), 'pipe'), 0o010640, 0);
    libc.setxattr(join(source(), 'hard'), 'user.note', Buffer.from('hi'));
  });

  test('is filled with what the root has there: owners, modes, links, pipes and attributes', async () => {
    await box.hold({ mounts: [mount('/srv', { name: 'web' })] });
    expect(listing(dataOf('web'))).toEqual(listing(source()));
    const { uid, gid, mode } = statSync(dataOf('web'));
    expect([uid, gid, (mode & 0o7777).toString(8)]).toEqual([70, 71, '2750']);
    expect(lstatSync(join(dataOf('web'), 'hard')).ino).toBe(lstatSync(join(dataOf('web'), 'sub/file')).ino);
    expect(readlinkSync(join(dataOf('web'), 'soft'))).toBe('/etc/passwd');
    expect(attributesOf(join(dataOf('web'), 'hard'))).toEqual({ 'user.note': 'hi' });
    expect(readdirSync(join(box.root.lasting, 'volumes/web')).sort()).toEqual([
      '_data',
      'lock',
      'volume.json',
    ]);
  });

  test('takes at least the looks of an empty folder', async () => {
    mkdirSync(join(box.rootfs, 'empty'), { mode: 0o700 });
    chownSync(join(box.rootfs, 'empty'), 8, 9);
    await box.hold({ mounts: [mount('/empty', { name: 'web' })] });
    const { uid, gid, mode } = statSync(dataOf('web'));
    expect([uid, gid, mode & 0o7777]).toEqual([8, 9, 0o700]);
  });

  test('stays empty when that is wanted, and a volume with something in it stays as it is', async () => {
    await box.hold({ mounts: [mount('/srv', { name: 'bare', noCopy: true })] });
    expect(listing(dataOf('bare'))).toEqual([]);
    writeFileSync(join(dataOf('bare'), 'mine'), '');
    await box.hold({ mounts: [mount('/srv', { name: 'bare' })] });
    expect(readdirSync(dataOf('bare'))).toEqual(['mine']);
  });

  test('is filled from inside the root, whatever a link says', async () => {
    symlinkSync('/../../srv', join(box.rootfs, 'linked'));
    symlinkSync(box.folder('host'), join(box.rootfs, 'outside'));
    writeFileSync(join(box.folder('host'), 'secret'), '');
    await box.hold({ mounts: [mount('/linked', { name: 'one1' }), mount('/outside', { name: 'two2' })] });
    expect(readdirSync(dataOf('one1'))).toContain('hard');
    expect(readdirSync(dataOf('two2'))).toEqual([]);
  });

  test('that somebody began to fill and could not finish is filled all the same', async () => {
    await box.volumes.create(volume('web'));
    const folder = join(box.root.lasting, 'volumes/web');
    mkdirSync(join(folder, 'filling.part'));
    writeFileSync(join(folder, 'filling.part/half'), '');
    await box.hold({ mounts: [mount('/srv', { name: 'web' })] });
    expect(listing(dataOf('web'))).toEqual(listing(source()));
    mkdirSync(join(folder, 'filling'));
    writeFileSync(join(folder, 'filling/late'), '');
    await box.hold({ mounts: [mount('/srv', { name: 'web' })] });
    expect(readdirSync(dataOf('web'))).toContain('late');
    expect(readdirSync(folder).sort()).toEqual(['_data', 'lock', 'volume.json']);
  });

  test('is filled once when two containers want it at the same time', async () => {
    const wanted = { mounts: [mount('/srv', { name: 'web' })] };
    await Promise.all([box.hold(wanted), box.hold(wanted)]);
    expect(listing(dataOf('web'))).toEqual(listing(source()));
  });
});

describe('what a container holds', () => {
  const targets = (held: readonly { readonly oci: { readonly destination: string } }[]) =>
    held.map(({ oci }) => oci.destination);

  test('volumes of the image and without a name have an id for one, and are marked', async () => {
    const held = await box.hold({ imageVolumes: ['/var/lib/db/', '/cache'], mounts: [mount('/cache')] });
    expect(targets(held)).toEqual(['/cache', '/var/lib/db']);
    for (const { observed, anonymous } of held) {
      expect(observed.name).toMatch(/^[0-9a-f]{64}$/);
      expect(anonymous).toBe(true);
      expect(await observe(observed.name ?? '')).toEqual([
        { name: observed.name, driver: 'local', labels: { 'com.docker.volume.anonymous': '' } },
      ]);
    }
  });

  test('a successor inherits them by target, and they stay without a name', async () => {
    const [old] = await box.hold({ imageVolumes: ['/db'] });
    const name = old?.observed.name ?? '';
    const inherit = [
      { name, target: '/db' },
      { name, target: '/elsewhere' },
    ];
    const held = await box.hold({ imageVolumes: ['/db'], inherit });
    expect(held.map(({ observed, anonymous }) => [observed.target, observed.name, anonymous])).toEqual([
      ['/db', name, true],
    ]);
  });

  test('mounts of another container are taken over, read-only where asked for, its own come first', async () => {
    const tmpfs: MountSpec = { kind: 'tmpfs', target: '/tmp', readOnly: false };
    const theirs = await box.hold({ mounts: [mount('/data', { name: 'data' }), mount('/own'), tmpfs] });
    const held = await box.hold({
      mounts: [mount('/own', { name: 'mine' })],
      imageVolumes: ['/data', '/new'],
      taken: [{ mounts: theirs, readOnly: true }],
    });
    expect(
      held.map(({ observed, readOnly }) => [observed.target, observed.name?.slice(0, 4).length, readOnly]),
    ).toEqual([
      ['/own', 4, false],
      ['/new', 4, false],
      ['/data', 4, true],
    ]);
    expect(held[2]?.oci.options).toEqual(['rbind', 'rprivate', 'ro']);
  });

  test('parents come before children, in whatever order they are written', async () => {
    const held = await box.hold({
      mounts: [mount('/a/b/c', { name: 'c1' }), mount('/a', { name: 'a1' }), mount('/a/b/', { name: 'b1' })],
    });
    expect(held.map(({ observed }) => observed.name)).toEqual(['a1', 'b1', 'c1']);
  });

  test('what was made for it goes when something else fails', async () => {
    const mounts = [mount('/a'), bind('/no/such/folder', '/deep/er')];
    await expect(box.hold({ mounts, imageVolumes: ['/b'] })).rejects.toMatchObject({
      code: 'engine.request',
      message: 'bind mount "/deep/er": bind source path does not exist: /no/such/folder',
    });
    expect(readdirSync(join(box.root.lasting, 'volumes')).filter((name) => !name.startsWith('.'))).toEqual(
      [],
    );
  });

  test.each([
    ['/sys/newdir', 'operation not permitted'],
    ['/proc/new/dir', 'no folder can be created there'],
    ['/etc/passwd/dir', 'not a directory'],
    [`/tmp/${'x'.repeat(300)}/dir`, 'file name too long'],
  ])('a source that cannot be made, %s, is told with the reason', async (source, reason) => {
    await expect(box.hold({ mounts: [bind(source, '/n', { createHostPath: true })] })).rejects.toMatchObject({
      code: 'engine.request',
      message: `bind mount "/n": cannot create bind source path ${source}: ${reason}`,
    });
  });

  test('a source in a folder that cannot be written to is told with the reason', async () => {
    const folder = join(box.root.volatile, 'sealed');
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', folder]);
    try {
      await expect(
        box.hold({ mounts: [bind(`${folder}/deep/er`, '/n', { createHostPath: true })] }),
      ).rejects.toMatchObject({
        message: `bind mount "/n": cannot create bind source path ${folder}/deep/er: read-only file system`,
      });
    } finally {
      execFileSync('umount', [folder]);
    }
  });

  test('an aborted call leaves with the reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const request = {
      id: 'c1' as never,
      project: projectName('shop'),
      mounts: [mount('/a')],
      imageVolumes: [],
      inherit: [],
      taken: [],
      rootfs: box.rootfs,
      layersOf: async () => [],
    };
    await expect(box.volumes.hold(request, signal)).rejects.toThrow('enough');
  });
});

describe('in a running container', () => {
  test('volumes, binds and tmpfs are there as they were asked for', async () => {
    const host = box.folder('host');
    writeFileSync(join(host, 'file'), 'from the host');
    const mounts = await box.hold({
      mounts: [
        mount('/data', { name: 'data' }),
        mount('/data/deep/er', { name: 'inner', readOnly: true }),
        bind(host, '/host', { readOnly: true }),
        bind(join(host, 'file'), '/etc/one-file'),
        bind(join(host, 'made/for/it'), '/made', { createHostPath: true }),
        { kind: 'tmpfs', target: '/fast', readOnly: false, options: 'size=1m,exec,mode=700' },
        { kind: 'tmpfs', target: '/plain', readOnly: false },
      ],
    });
    const { stdout, stderr } = await box.run(
      `echo kept > /data/note; cat /host/file /etc/one-file; touch /host/x; touch /data/deep/er/x
       grep -E ' /(fast|plain) ' /proc/mounts; touch /made/x`,
      { mounts },
    );
    expect(stdout.replaceAll(/relatime,inode64|relatime/g, 'relatime')).toBe(
      `from the hostfrom the hosttmpfs /fast tmpfs rw,nosuid,nodev,relatime,size=1024k,mode=700 0 0
tmpfs /plain tmpfs rw,nosuid,nodev,noexec,relatime 0 0
`,
    );
    expect(stderr.split('\n')).toEqual([
      'touch: /host/x: Read-only file system',
      'touch: /data/deep/er/x: Read-only file system',
      '',
    ]);
    expect(readText(join(dataOf('data'), 'note'))).toBe('kept\n');
    expect(existsSync(join(host, 'made/for/it/x'))).toBe(true);
  });

  test('a read-only bind is so below, unless that is not wanted; a bind can leave out what is below', async () => {
    const host = box.folder('host');
    mkdirSync(join(host, 'below'));
    libc.mount('tmpfs', join(host, 'below'), 'tmpfs', 0, '');
    writeFileSync(join(host, 'below/file'), '');
    const held = await box.hold({
      mounts: [
        bind(host, '/whole', { readOnly: true }),
        bind(host, '/upper', { readOnly: true, recursive: 'writable' }),
        bind(host, '/single', { recursive: 'disabled' }),
      ],
    });
    const { stdout } = await box.run(
      'for at in whole upper; do touch /$at/below/x 2>/dev/null && echo $at is written; done; ls /single/below',
      { mounts: held },
    );
    expect(stdout).toBe('upper is written\n');
  });

  test('part of a volume or of an image is mounted, unless a link leads out of it', async () => {
    await box.volumes.create(volume('data'));
    mkdirSync(join(dataOf('data'), 'a/b'), { recursive: true });
    writeFileSync(join(dataOf('data'), 'a/b/file'), 'part');
    symlinkSync('a/b', join(dataOf('data'), 'inner'));
    symlinkSync('/etc', join(dataOf('data'), 'outer'));
    symlinkSync('../../..', join(dataOf('data'), 'climbing'));
    const mounts = await box.hold({ mounts: [mount('/part', { name: 'data', subpath: 'inner' })] });
    expect((await box.run('cat /part/file', { mounts })).stdout).toBe('part');
    for (const subpath of ['outer', 'climbing', '../data', 'outer/passwd']) {
      await expect(box.hold({ mounts: [mount('/part', { name: 'data', subpath })] })).rejects.toMatchObject({
        code: 'engine.request',
        message: `volume "data": the subpath "${subpath}" leads out of it`,
      });
    }
    await expect(box.hold({ mounts: [mount('/part', { name: 'data', subpath: 'no' })] })).rejects.toThrow(
      'there is no "no" in it',
    );
  });

  test('an image is mounted with all its layers, and what is written there is the container’s', async () => {
    const [low, high] = [box.folder('low'), box.folder('high')];
    writeFileSync(join(low, 'file'), 'low');
    writeFileSync(join(low, 'both'), 'low');
    writeFileSync(join(high, 'both'), 'high');
    const image = { kind: 'image', image: 'tools:1', readOnly: true } as const;
    const layersOf = async () => [low, high];
    const mounts = await box.hold({
      mounts: [
        { ...image, target: '/ro' },
        { ...image, target: '/rw', readOnly: false },
        { ...image, target: '/part', subpath: 'both' },
      ],
      layersOf,
    });
    const script = 'cat /ro/file /ro/both /part; touch /ro/x; echo mine > /rw/both; cat /rw/both';
    const { stdout, stderr } = await box.run(script, { mounts });
    expect([stdout, stderr]).toEqual(['lowhighhighmine\n', 'touch: /ro/x: Read-only file system\n']);
    expect(readText(join(high, 'both'))).toBe('high');

    for (const { host } of mounts) if (host !== undefined) libc.unmount(host.target, 0);
    await box.volumes.revive(mounts);
    await box.volumes.revive(mounts);
    expect((await box.run('cat /rw/both', { mounts })).stdout).toBe('mine\n');

    await box.volumes.release(mounts, { inUse: () => false });
    await box.volumes.release(mounts, { inUse: () => false });
    expect(readText('/proc/self/mountinfo')).not.toContain(box.root.volatile);
    expect(readdirSync(join(box.root.volatile, 'volumes/images'))).toEqual([]);
    expect(readdirSync(join(box.root.lasting, 'volumes/.images'))).toEqual([]);
  });

  test('an image of one layer needs no mount of its own', async () => {
    const mounts = await box.hold({
      mounts: [{ kind: 'image', image: 'tools:1', readOnly: true, target: '/tools' }],
      layersOf: async () => [box.folder('only')],
    });
    expect(mounts[0]?.host).toBeUndefined();
    expect((await box.run('touch /tools/x', { mounts })).stderr).toBe(
      'touch: /tools/x: Read-only file system\n',
    );
  });
});

describe('a volume with driver_opts', () => {
  test('is what they say, until the last container that holds it goes', async () => {
    const host = box.folder('host');
    writeFileSync(join(host, 'file'), 'from the host');
    await box.volumes.create(volume('bound', { driverOptions: { type: 'none', o: 'bind', device: host } }));
    await box.volumes.create(
      volume('memory', { driverOptions: { type: 'tmpfs', o: 'size=1m,uid=7', device: 'tmpfs' } }),
    );
    mkdirSync(join(box.rootfs, 'memory'));
    writeFileSync(join(box.rootfs, 'memory/from-image'), '');
    const wanted = {
      mounts: [mount('/bound', { name: 'bound' }), mount('/memory', { name: 'memory' })],
    };
    const mounts = await box.hold(wanted);
    await box.hold(wanted);
    const { stdout } = await box.run('cat /bound/file; echo; ls /memory; df -m /memory | tail -1', {
      mounts,
    });
    expect(stdout).toMatch(/^from the host\nfrom-image\ntmpfs +1 /);
    await box.volumes.release(mounts, { inUse: () => true });
    expect(existsSync(join(dataOf('bound'), 'file'))).toBe(true);
    await box.volumes.release(mounts, { inUse: () => false });
    expect(existsSync(join(dataOf('bound'), 'file'))).toBe(false);
    await box.volumes.revive(mounts);
    expect(existsSync(join(dataOf('bound'), 'file'))).toBe(true);
    await box.volumes.remove('bound', unused);
    expect(readText(join(host, 'file'))).toBe('from the host');
  });

  test('that cannot be mounted says why', async () => {
    const driverOptions = { type: 'none', o: 'bind', device: '/no/such/folder' };
    await box.volumes.create(volume('bound', { driverOptions }));
    await expect(box.hold({ mounts: [mount('/x', { name: 'bound' })] })).rejects.toMatchObject({
      code: 'engine.request',
      message: expect.stringMatching(
        /^cannot mount volume "bound" \(type "none", device "\/no\/such\/folder"\): mount: .*does not exist/,
      ),
    });
  });
});

describe('propagation', () => {
  test('needs a mount that shares, and then what is mounted later reaches the container', async () => {
    const host = box.folder('shared');
    libc.mount('tmpfs', host, 'tmpfs', 0, '');
    libc.mount('', host, '', 0x40000, '');
    await expect(box.hold({ mounts: [bind(host, '/s', { propagation: 'rshared' })] })).rejects.toMatchObject({
      code: 'engine.request',
      message: `bind mount "/s": ${host} is on the mount ${host}, which is not a shared one`,
    });
    libc.mount('', host, '', 0x100000, '');
    const mounts = await box.hold({ mounts: [bind(host, '/s', { propagation: 'rshared' })] });
    const { stdout, stderr } = await box.run(
      'mkdir /s/inside && mount -t tmpfs tmpfs /s/inside && touch /s/inside/file && echo mounted',
      { mounts, spec: { capAdd: ['SYS_ADMIN'] } },
    );
    expect([stdout, stderr]).toEqual(['mounted\n', '']);
    expect(readText('/proc/self/mountinfo')).toContain(`${host}/inside`);
  });

  test('words that are none are refused', async () => {
    await expect(
      box.hold({ mounts: [bind(box.rootfs, '/s', { propagation: 'open' })] }),
    ).rejects.toMatchObject({ code: 'engine.request' });
    await expect(
      box.hold({ mounts: [{ kind: 'tmpfs', target: '/t', readOnly: false, options: 'size=1m,fast' }] }),
    ).rejects.toMatchObject({ message: 'tmpfs "/t": "fast" is no option of a tmpfs' });
  });
});
