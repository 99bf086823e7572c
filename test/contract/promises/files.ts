import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serviceName } from '../../../src/core/ids.ts';
import { makeTar, folder as tarFolder } from '../../support/images/tar.ts';
import type { Contract } from '../driver-contract.ts';
import { volumeMount } from '../lab.ts';
import { programs } from '../programs.ts';
import { readTar } from '../tar.ts';

function file(path: string, content: string, mode = 0o644) {
  return { path, content, mode, uid: 0, gid: 0 };
}

/** In which archives come over a wire. */
async function* pieces(archive: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += 700) yield archive.subarray(at, at + 700);
}

export function describeFiles({ lab }: Contract): void {
  describe('files', () => {
    test('put before the start, they are there with their mode and owners; folders are made', async () => {
      const { driver, create, exec } = lab();
      const id = await create(programs.idle);
      const secret = {
        path: '/run/secrets/deep/token',
        content: 'søme\nsecret',
        mode: 0o440,
        uid: 1000,
        gid: 2000,
      };
      await driver.putFiles(id, [secret, file('/etc/app.conf', 'port=80\n', 0o755)]);
      await driver.startContainer(id);
      expect((await exec(id, programs.read, secret.path)).stdout).toBe(secret.content);
      expect((await exec(id, programs.read, '/etc/app.conf')).stdout).toBe('port=80\n');
      expect(await readTar(await driver.getArchive(id, secret.path))).toEqual([
        { name: 'token', type: 'file', mode: 0o440, uid: 1000, gid: 2000, content: secret.content },
      ]);
    });

    test('put while it runs, it sees them at once', async () => {
      const { driver, start, untilEnded } = lab();
      const id = await start(programs.gated);
      await driver.putFiles(id, [file('/go', '')]);
      expect((await untilEnded(id)).exitCode).toBe(0);
    });

    test('put again, they are replaced; no files are no change', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await driver.putFiles(id, [file('/note', 'a longer first version')]);
      await driver.putFiles(id, [file('/note', 'second')]);
      await driver.putFiles(id, []);
      expect((await readTar(await driver.getArchive(id, '/note')))[0]?.content).toBe('second');
    });

    test('put where a volume is mounted, they go into the volume', async () => {
      const { driver, create, volume } = lab();
      const mounts = [volumeMount('/data', await volume('data'))];
      const id = await create(programs.idle, { mounts });
      await driver.putFiles(id, [file('/data/note', 'in the volume')]);
      const other = await create(programs.idle, { mounts });
      expect((await readTar(await driver.getArchive(other, '/data/note')))[0]?.content).toBe('in the volume');
    });

    test('put into a volume of their own, single ones of them can be mounted, read-only root or not', async () => {
      const { driver, create, exec, image, name, volumeSpec } = lab();
      const volume = volumeSpec(name('filled'));
      const filling = {
        volume,
        image,
        service: serviceName('probe'),
        files: [
          { path: 'a', content: Buffer.from([0x00, 0xff, 0x0a]), mode: 0o400, uid: 7, gid: 8 },
          { path: 'b', content: 'second', mode: 0o444, uid: 0, gid: 0 },
        ],
      };
      await driver.fillVolume({ ...filling, files: [{ ...filling.files[1], content: 'first' } as never] });
      await driver.fillVolume(filling);
      const one = (subpath: string, target: string) => ({
        ...volumeMount(target, volume.name),
        subpath,
        file: true,
        noCopy: true,
        readOnly: true,
      });
      const id = await create(programs.idle, {
        readOnly: true,
        mounts: [one('a', '/etc/deep/a'), one('b', '/b')],
      });
      await driver.startContainer(id);
      expect((await exec(id, programs.read, '/b')).stdout).toBe('second');
      const [entry] = await readTar(await driver.getArchive(id, '/etc/deep/a'));
      expect(entry).toMatchObject({ mode: 0o400, uid: 7, gid: 8 });
      expect((await lab().snapshot()).containers.map((container) => container.id)).toEqual([id]);
    });

    test('a folder comes as an archive of all that is in it', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await driver.putFiles(id, [file('/stuff/a', '1'), file('/stuff/more/b', '2'), file('/stuffed', '3')]);
      const entries = await readTar(await driver.getArchive(id, '/stuff'));
      expect(entries.map(({ name, content }) => `${name.replace(/\/$/, '')}=${content}`).sort()).toEqual([
        'stuff/a=1',
        'stuff/more/b=2',
        'stuff/more=',
        'stuff=',
      ]);
    });

    test('of a path that ends in a dot the archive says only what is in the folder', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await driver.putFiles(id, [file('/stuff/a', '1'), file('/stuff/more/b', '2')]);
      const entries = await readTar(await driver.getArchive(id, '/stuff/.'));
      const names = entries.map(({ name }) => posix.normalize(`./${name}`).replace(/\/$/, ''));
      expect(names.filter((name) => name !== '.').sort()).toEqual(['a', 'more', 'more/b']);
    });

    test('an archive is unpacked with modes and owners; what is there is replaced', async () => {
      const { driver, create, exec } = lab();
      const id = await create(programs.idle);
      await driver.putFiles(id, [file('/stuff/a', 'old'), file('/stuff/kept', 'kept')]);
      const entries = [
        tarFolder('more'),
        { name: 'a', content: 'new', mode: 0o640, uid: 7, gid: 8 },
        { name: 'more/b', content: 'x'.repeat(100_000), mode: 0o755 },
      ];
      await driver.putArchive(id, '/stuff', pieces(makeTar(entries)), { ownedByUser: false });
      const [a] = await readTar(await driver.getArchive(id, '/stuff/a'));
      expect(a).toEqual({ name: 'a', type: 'file', mode: 0o640, uid: 7, gid: 8, content: 'new' });
      await driver.startContainer(id);
      expect((await exec(id, programs.read, '/stuff/more/b')).stdout).toBe('x'.repeat(100_000));
      expect((await exec(id, programs.read, '/stuff/kept')).stdout).toBe('kept');
      await driver.putArchive(id, '/stuff/more', pieces(makeTar([{ name: 'c', content: '3' }])), {
        ownedByUser: false,
      });
      expect((await exec(id, programs.read, '/stuff/more/c')).stdout).toBe('3');
    });

    test('its own file system comes as an archive, running or not, without what is mounted in it', async () => {
      const { driver, create, volume } = lab();
      const mounts = [volumeMount('/data', await volume('data'))];
      const id = await create(programs.idle, { mounts });
      const own = { ...file('/srv/own', 'here', 0o640), uid: 1000, gid: 2000 };
      await driver.putFiles(id, [own, file('/data/note', 'in the volume')]);
      const read = async () => readTar(await driver.exportContainer(id));
      const stopped = await read();
      const expected = { name: 'srv/own', type: 'file', mode: 0o640, uid: 1000, gid: 2000, content: 'here' };
      expect(stopped).toContainEqual(expected);
      const names = stopped.map(({ name }) => name);
      expect(names).toContain('etc/passwd');
      expect(names).not.toContain('data/note');
      expect(names.filter((name) => /^[/.]\/?$|^\//.test(name))).toEqual([]);
      await driver.startContainer(id);
      const running = await read();
      expect(running).toContainEqual(expected);
      expect(running.map(({ name }) => name)).not.toContain('data/note');
    });

    test('what is at a path can be asked', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await driver.putFiles(id, [file('/stuff/a', '1')]);
      const kind = async (path: string) => (await driver.statPath(id, path))?.kind;
      expect([await kind('/'), await kind('/stuff'), await kind('/stuff/'), await kind('/stuff/a')]).toEqual([
        'folder',
        'folder',
        'folder',
        'file',
      ]);
      expect([await kind('/nope'), await kind('/stuff/a/'), await kind('/stuff/a/b')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(await driver.statPath('no-such-container' as never, '/')).toBeUndefined();
    });

    test('an exited container can still be read', async () => {
      const { driver, run } = lab();
      const { id } = await run(programs.write, { args: ['/result', '42'] });
      expect((await readTar(await driver.getArchive(id, '/result')))[0]?.content).toBe('42');
    });

    test('a path that is not there is refused', async () => {
      const { driver, create } = lab();
      const id = await create(programs.idle);
      await expect(driver.getArchive(id, '/no/such/path')).rejects.toMatchObject({ code: 'engine.request' });
    });

    test('a container that is not there is refused', async () => {
      const { driver } = lab();
      const gone = 'no-such-container' as never;
      await expect(driver.putFiles(gone, [file('/a', '')])).rejects.toMatchObject({ code: 'engine.request' });
      await expect(driver.getArchive(gone, '/')).rejects.toMatchObject({ code: 'engine.request' });
    });
  });
}
