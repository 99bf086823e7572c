import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flotillaProgram } from '../../../scripts/lib/built.mjs';
import { type CommandResult, runCommand } from '../../support/command.ts';
import { configOf, dockerArchive, idOf, type MadeImage } from '../../support/images/archive.ts';
import { makeTar } from '../../support/images/tar.ts';
import { type NativeEngine, nativeEngine } from '../../support/native-engine.ts';
import { fakeRegistry, ociImage } from '../../support/registry.ts';

let engine: NativeEngine;
let archive = '';

const shop: MadeImage = {
  tags: ['shop:1', 'team/shop:1'],
  layers: [makeTar([{ name: 'a', content: 'a'.repeat(1500) }])],
  config: { Cmd: ['run'], Labels: { tier: 'web' } },
  more: { created: '2020-01-02T03:04:05Z' },
};
const nameless: MadeImage = {
  layers: [makeTar([{ name: 'b', content: 'b' }])],
  more: { created: '2021-01-02T03:04:05Z' },
};

beforeAll(() => {
  engine = nativeEngine();
  archive = join(engine.root, 'shop.tar');
  writeFileSync(archive, dockerArchive([shop, nameless]));
});
afterAll(() => engine.remove());

function flotilla(...args: readonly string[]): Promise<CommandResult> {
  const env = { FLOTILLA_ROOT: engine.root, FLOTILLA_RUNTIME: 'native', DOCKER_HOST: undefined };
  return runCommand([process.execPath, flotillaProgram(), ...args], { cwd: engine.root, env });
}

async function output(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await flotilla(...args);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return stdout;
}

describe('flotilla image', () => {
  it('load tells what it has loaded, and ls lists it', async () => {
    expect(await output('image', 'load', '-i', 'shop.tar')).toBe(
      `Loaded image: shop:1\nLoaded image: team/shop:1\nLoaded image ID: ${idOf(nameless)}\n`,
    );
    const id = (image: MadeImage) => idOf(image).slice(7, 19);
    const rows = (await output('image', 'ls')).replace(/\d+ years ago/g, 'long ago').replace(/ +/g, ' ');
    expect(rows.split('\n')).toEqual([
      'REPOSITORY TAG IMAGE ID CREATED SIZE',
      `<none> <none> ${id(nameless)} long ago 1B`,
      `shop 1 ${id(shop)} long ago 1.5kB`,
      `team/shop 1 ${id(shop)} long ago 1.5kB`,
      '',
    ]);
    expect(await output('image', 'list', '-q', '--no-trunc', 'shop')).toBe(`${idOf(shop)}\n`);
    expect(await output('image', 'ls', '-q', '-f', 'dangling=true')).toBe(`${id(nameless)}\n`);
    expect(await output('image', 'ls', '-q', '-f', 'label=tier=web', '-f', 'reference=t*/shop')).toBe(
      `${id(shop)}\n`,
    );
    expect(await output('image', 'ls', '-q', '-f', `since=shop:1`)).toBe(`${id(nameless)}\n`);
    expect(JSON.parse((await output('image', 'ls', '--format', 'json', 'shop:1')).trim())).toMatchObject({
      Repository: 'shop',
      Tag: '1',
      Size: '1.5kB',
      CreatedAt: expect.stringMatching(/^2020-01-02 /),
    });
  });

  it('inspect shows docker fields, and what is not there is an error behind the others', async () => {
    const { stdout, stderr, exitCode } = await flotilla('image', 'inspect', 'shop:1', 'nothing');
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        Id: idOf(shop),
        RepoTags: ['shop:1', 'team/shop:1'],
        Config: { Cmd: ['run'], Labels: { tier: 'web' } },
        Os: 'linux',
        Size: 1500,
      }),
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no image "nothing" on this machine [image.not-found]');
    expect(await output('image', 'inspect', '-f', '{{index .RepoTags 1}} {{.Architecture}}', 'shop:1')).toBe(
      'team/shop:1 amd64\n',
    );
  });

  it('save and load pass an image on, in a file and in a pipe', async () => {
    await output('image', 'save', '-o', 'saved.tar', 'shop:1');
    const { stdout } = await flotilla('save', 'shop:1');
    expect(stdout).toBe(readFileSync(join(engine.root, 'saved.tar'), 'utf8'));
    await output('rmi', '-f', idOf(shop));
    expect(await output('load', '--input', 'saved.tar')).toBe('Loaded image: shop:1\n');
    const failed = await flotilla('image', 'save', '-o', 'no/folder.tar', 'shop:1');
    expect(failed.stderr).toContain('cannot write');
    expect(failed.exitCode).toBe(1);
  });

  it('import, tag and rm give and take names', async () => {
    writeFileSync(join(engine.root, 'root.tar'), makeTar([{ name: 'x', content: 'x' }]));
    const id = (
      await output('image', 'import', '-c', 'CMD ["x"]', '-m', 'mine', 'root.tar', 'made:1')
    ).trim();
    expect(await output('image', 'inspect', '-f', '{{.Id}} {{.Comment}} {{json .Config}}', 'made:1')).toBe(
      `${id} mine {"Cmd":["x"]}\n`,
    );
    await output('image', 'tag', 'made:1', 'other:2');
    expect(await output('image', 'rm', 'made:1')).toBe('Untagged: made:1\n');
    const { stdout, stderr, exitCode } = await flotilla('rmi', 'nothing', 'other:2');
    expect(stdout).toBe(`Untagged: other:2\nDeleted: ${id}\n`);
    expect([stderr.split('\n')[0], exitCode]).toEqual([
      'error: there is no image "nothing" on this machine [image.not-found]',
      1,
    ]);
    expect(await output('rmi', '--force', 'nothing')).toBe('');
  });

  it('pull fetches an image and says its whole name', async () => {
    await using registry = await fakeRegistry();
    const layer = makeTar([{ name: 'p', content: 'p' }]);
    const image: MadeImage = { layers: [layer] };
    registry.manifest('app', '1', {
      schemaVersion: 2,
      mediaType: ociImage,
      config: registry.blob(configOf(image), 'application/vnd.oci.image.config.v1+json'),
      layers: [registry.blob(layer, 'application/vnd.oci.image.layer.v1.tar')],
    });
    const name = `${registry.host}/app:1`;
    expect(await output('image', 'pull', name)).toBe(`Pulled ${name}\n${name}\n`);
    expect(await output('image', 'pull', name)).toBe(`${name} is up to date\n${name}\n`);
    expect(await output('image', 'pull', '-q', name)).toBe(`${name}\n`);
    const missing = await flotilla('image', 'pull', `${registry.host}/app:2`);
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('[image.not-found]')]);
    await output('rmi', name);
  });

  it('prune asks first, and takes what nothing uses', async () => {
    const asked = await flotilla('image', 'prune');
    expect([asked.exitCode, asked.stderr]).toEqual([
      1,
      expect.stringContaining('nobody is there to be asked [run.question]'),
    ]);
    expect(await output('image', 'prune', '-f', '--filter', 'label=tier')).toBe(
      'Total reclaimed space: 0B\n',
    );
    expect(await output('image', 'prune', '-f')).toBe(
      `Deleted Images:\nDeleted: ${idOf(nameless)}\n\nTotal reclaimed space: 1B\n`,
    );
    expect(await output('image', 'prune', '-a', '-f', '--filter', 'until=1h')).toContain(
      `Deleted: ${idOf(shop)}\n`,
    );
    expect(await output('image', 'ls', '-q')).toBe('');
  });

  it('an image of a container stays', async () => {
    const reference = await engine.image('busybox');
    const file = `services:\n  a:\n    image: ${reference}\n    command: sleep 100\n`;
    writeFileSync(join(engine.root, 'compose.yaml'), file);
    try {
      const up = await flotilla('-p', 'keeps', 'create');
      expect([up.exitCode, up.stderr]).toEqual([0, expect.any(String)]);
      const refused = await flotilla('image', 'rm', reference);
      expect(refused.stderr).toContain('is used by a container [engine.conflict]');
      expect(await output('image', 'prune', '-a', '-f')).toBe('Total reclaimed space: 0B\n');
    } finally {
      await flotilla('-p', 'keeps', 'down');
    }
    expect(await output('image', 'rm', reference)).toContain('Deleted: sha256:');
  });
});
