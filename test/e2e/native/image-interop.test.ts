import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryProgram } from '../../../scripts/lib/registry.mjs';
import { useEngine } from '../../support/engine.ts';
import { dockerArchive, idOf, type MadeImage } from '../../support/images/archive.ts';
import { fetchArchive, loadIntoEngine, pushFromEngine } from '../../support/images/engine-archive.ts';
import { skopeo } from '../../support/images/skopeo.ts';
import { testImages } from '../../support/images/store.ts';
import { folder, makeTar } from '../../support/images/tar.ts';

const engine = useEngine();
let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'flotilla-interop-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const image: MadeImage = {
  tags: ['localhost/flotilla/made:1'],
  layers: [
    makeTar([folder('d'), { name: 'd/a', content: 'a' }]),
    makeTar([folder('d'), { name: 'd/.wh.a' }]),
  ],
  config: { Cmd: ['x'], Labels: { a: 'b' } },
};
const [name = ''] = image.tags ?? [];

describe('with docker', () => {
  it('what it saves is loaded, with the same id and the same files', async () => {
    const reference = await engine.image('busybox');
    const archive = join(scratch, 'saved.tar');
    await fetchArchive(engine.host, `/images/get?names=${encodeURIComponent(reference)}`, archive);
    using store = testImages();
    const loaded = await store.images.load({ kind: 'path', path: archive });
    const { Id } = (await engine.docker.call('GET', `/images/${reference}/json`)) as { readonly Id: string };
    expect(loaded).toEqual([{ id: Id, tags: [`${reference}:latest`] }]);
    const [layer = ''] = (await store.images.find(reference))?.layers ?? [];
    const { Id: container } = (await engine.docker.call('POST', '/containers/create', {
      Image: reference,
      Cmd: ['x'],
    })) as {
      readonly Id: string;
    };
    try {
      const exported = join(scratch, 'exported.tar');
      await fetchArchive(engine.host, `/containers/${container}/export`, exported);
      const unpacked = join(scratch, 'unpacked');
      mkdirSync(unpacked);
      execFileSync('tar', ['-xpf', exported, '-C', unpacked, '--numeric-owner', '--same-owner']);
      const ours = listing(layer);
      const theirs = new Set(listing(unpacked));
      expect(ours.length).toBeGreaterThan(10);
      expect(ours.filter((line) => !theirs.has(line))).toEqual([]);

      const id = await store.images.import({ kind: 'path', path: exported }, { reference: 'exported' });
      expect(listing((await store.images.find(id))?.layers[0] ?? '')).toEqual([...theirs].sort());
    } finally {
      await engine.docker.call('DELETE', `/containers/${container}?force=1`);
    }
  });

  it('several images with layers in common are loaded', async () => {
    const names = await Promise.all((['busybox', 'redis'] as const).map((each) => engine.image(each)));
    const archive = join(scratch, 'saved.tar');
    const query = names.map((each) => `names=${encodeURIComponent(each)}`).join('&');
    await fetchArchive(engine.host, `/images/get?${query}`, archive);
    execFileSync('gzip', ['-1', archive]);
    using store = testImages();
    const loaded = await store.images.load({ kind: 'path', path: `${archive}.gz` });
    expect(loaded.flatMap(({ tags }) => tags).sort()).toEqual(names.map((each) => `${each}:latest`).sort());
  });

  it('what is saved here is loaded there, with the same id', async () => {
    using store = testImages();
    await writeFile(join(scratch, 'made.tar'), dockerArchive([image]));
    await store.images.load({ kind: 'path', path: join(scratch, 'made.tar') });
    await engine.docker.call('DELETE', `/images/${name}`).catch(() => {});
    expect(await loadIntoEngine(engine.host, await store.images.save([name]))).toContain(
      `Loaded image: ${name}`,
    );
    try {
      const found = await engine.docker.call('GET', `/images/${name}/json`);
      expect(found).toMatchObject({
        Id: idOf(image),
        RepoTags: [name],
        Config: { Cmd: ['x'], Labels: { a: 'b' } },
      });
    } finally {
      await engine.docker.call('DELETE', `/images/${name}`);
    }
  });

  it('what it pushes to a registry is pulled, with the same id', async () => {
    const reference = await engine.image('busybox');
    // In the engine's network, where it may speak to it without TLS.
    const config = join(scratch, 'registry.json');
    await writeFile(
      config,
      JSON.stringify({ version: '0.1', storage: { inmemory: {} }, http: { addr: ':5077' } }),
    );
    const program = await registryProgram(() => {});
    const { Id: container } = (await engine.docker.call('POST', '/containers/create', {
      Image: await engine.image('busybox'),
      Cmd: ['chroot', '/host', program, 'serve', config],
      HostConfig: { NetworkMode: 'host', Binds: ['/:/host:ro'] },
    })) as { readonly Id: string };
    const [name, tag] = ['127.0.0.1:5077/team/box', 'pushed'];
    try {
      await engine.docker.call('POST', `/containers/${container}/start`);
      await engine.docker.call('POST', `/images/${reference}/tag?repo=${name}&tag=${tag}`);
      // Until the registry listens; each try waits by itself.
      while (!(await pushFromEngine(engine.host, name, tag)).includes('digest: sha256:')) {
        const { State } = (await engine.docker.call('GET', `/containers/${container}/json`)) as Inspected;
        expect(State.Running).toBe(true);
      }
      const registry = `${engine.address}:5077`;
      using store = testImages({ registries: { mirrors: [], insecure: [registry] } });
      await store.images.pull(`${registry}/team/box:${tag}`, {});
      const found = await store.images.find(`${registry}/team/box:${tag}`);
      const there = await engine.docker.call('GET', `/images/${reference}/json`);
      expect(there).toMatchObject({
        Id: found?.id,
        RepoDigests: [expect.stringContaining(found?.observed.repoDigests[0]?.split('@')[1] ?? 'none')],
      });
    } finally {
      await engine.docker.call('DELETE', `/images/${name}:${tag}`).catch(() => {});
      await engine.docker.call('DELETE', `/containers/${container}?force=1`);
    }
  });
});

describe('with skopeo', () => {
  it.each([
    ['an archive of docker', 'docker-archive', 'archive.tar:localhost/flotilla/made:1'],
    ['an OCI archive', 'oci-archive', 'archive.tar:localhost/flotilla/made:1'],
    ['an OCI folder', 'oci', 'folder:localhost/flotilla/made:1'],
  ])('%s is loaded', async (_, kind, target) => {
    const archive = join(scratch, 'made.tar');
    await writeFile(archive, dockerArchive([image]));
    await skopeo('copy', `docker-archive:${archive}`, `${kind}:${join(scratch, target)}`);
    using store = testImages();
    const path = join(scratch, target.slice(0, target.indexOf(':')));
    const [loaded] = await store.images.load({ kind: 'path', path });
    expect(loaded?.tags).toEqual([name]);
    const found = await store.images.find(name);
    expect(found?.config).toMatchObject({ command: ['x'], labels: { a: 'b' } });
    expect(found?.layers.map((layer) => readdirSync(join(layer, 'd')))).toEqual([['a'], ['a']]);
  });

  it.each([['docker-archive'], ['oci-archive']])('what is saved here is read as %s', async (kind) => {
    using store = testImages();
    const archive = join(scratch, 'made.tar');
    await writeFile(archive, dockerArchive([image]));
    await store.images.load({ kind: 'path', path: archive });
    const saved = join(scratch, 'saved.tar');
    await writeFile(saved, await store.images.save([name]));
    const back = join(scratch, 'back.tar');
    await skopeo('copy', `${kind}:${saved}`, `docker-archive:${back}:${name}`);
    using other = testImages();
    expect(await other.images.load({ kind: 'path', path: back })).toEqual([
      { id: idOf(image), tags: [name] },
    ]);
  });
});

interface Inspected {
  readonly State: { readonly Running: boolean };
}

/** Kind, mode, owner, size, time and link of everything below, but the folder itself. */
function listing(root: string): readonly string[] {
  const format = '%P %y %m %U:%G %T@ %l %s\\n';
  const folders = '%P %y %m %U:%G\\n';
  const found = execFileSync('find', [
    ...[`${root}/`, '-mindepth', '1'],
    ...['(', '-type', 'd', '-printf', folders, ')', '-o', '-printf', format],
  ]);
  return found.toString().trim().split('\n').sort();
}
