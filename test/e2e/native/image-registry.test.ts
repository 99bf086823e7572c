import { createCipheriv } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegistryCredentials } from '../../../src/images/index.ts';
import { dockerArchive, idOf, type MadeImage } from '../../support/images/archive.ts';
import { makeCertificate } from '../../support/images/certificate.ts';
import { cuttingProxy } from '../../support/images/cutting-proxy.ts';
import { skopeo } from '../../support/images/skopeo.ts';
import { testImages } from '../../support/images/store.ts';
import { folder, makeTar } from '../../support/images/tar.ts';
import { type RegistryServer, registryUser, startRegistryServer } from '../../support/registry-server.ts';

/** Bytes that do not pack. */
const zeros = Buffer.alloc(16);
const noise = createCipheriv('aes-128-ctr', zeros, zeros).update(Buffer.alloc(8_000_000));
const image: MadeImage = {
  tags: ['app:1'],
  layers: [
    makeTar([folder('bin'), { name: 'bin/large', content: noise, mode: 0o755 }]),
    makeTar([folder('bin'), { name: 'bin/.wh.large' }, { name: 'bin/small', content: 'small' }]),
  ],
  config: { Cmd: ['/bin/small'], Env: ['A=1'] },
};
const credentials: RegistryCredentials = {
  username: registryUser.name,
  password: registryUser.password,
  serveraddress: 'unused',
};

let scratch = '';
let archive = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'flotilla-image-registry-'));
  archive = join(scratch, 'app.tar');
  writeFileSync(archive, dockerArchive([image]));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('a registry of Debian', () => {
  it.each([
    ['with layers in gzip', [], 'docker.image.rootfs.diff.tar.gzip'],
    ['with layers in zstd', ['--dest-compress-format=zstd', '--format=oci'], 'tar+zstd'],
    ['in the OCI format', ['--format=oci'], 'tar+gzip'],
  ])('gives an image that skopeo has put there %s', async (_, options, layerType) => {
    await using registry = await started(startRegistryServer({ login: false }));
    const reference = `${registry.host}/team/app:1`;
    await skopeo(
      'copy',
      '--dest-tls-verify=false',
      ...options,
      `docker-archive:${archive}`,
      `docker://${reference}`,
    );
    expect(await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${reference}`)).toContain(
      layerType,
    );
    using store = testImages();
    await store.images.pull(reference, {});
    const found = await store.images.find(reference);
    expect(found).toMatchObject({
      config: { command: ['/bin/small'], environment: ['A=1'] },
      size: 8_000_005,
    });
    expect(found?.observed.repoDigests).toEqual([
      expect.stringMatching(`^${registry.host}/team/app@sha256:`),
    ]);
    const digest = await skopeo(
      'inspect',
      '--tls-verify=false',
      '--format={{.Digest}}',
      `docker://${reference}`,
    );
    expect(found?.observed.repoDigests).toEqual([`${registry.host}/team/app@${digest.trim()}`]);
  });

  it('gives it to who is logged in, over TLS with a certificate of its own', async () => {
    const tls = await makeCertificate(scratch);
    await using registry = await started(startRegistryServer({ login: true, tls }));
    const reference = `${registry.host}/app:1`;
    const login = `--dest-creds=${registryUser.name}:${registryUser.password}`;
    await skopeo(
      'copy',
      '--dest-tls-verify=false',
      login,
      `docker-archive:${archive}`,
      `docker://${reference}`,
    );

    using distrustful = testImages({ certificates: join(scratch, 'nothing') });
    await expect(distrustful.images.pull(reference, { credentials })).rejects.toMatchObject({
      code: 'image.pull',
      message: expect.stringContaining('self-signed certificate'),
    });
    const certificates = join(scratch, 'certs.d');
    mkdirSync(join(certificates, registry.host), { recursive: true });
    copyFileSync(tls.certificate, join(certificates, registry.host, 'ca.crt'));
    using store = testImages({ certificates });
    await expect(store.images.pull(reference, {})).rejects.toMatchObject({ code: 'image.denied' });
    const wrong = { ...credentials, password: 'wrong' };
    await expect(store.images.pull(reference, { credentials: wrong })).rejects.toMatchObject({
      code: 'image.denied',
    });
    await store.images.pull(reference, { credentials });
    expect((await store.images.find(reference))?.id).toBe(idOf(image));
    await expect(store.images.pull(`${registry.host}/other:1`, { credentials })).rejects.toMatchObject({
      code: 'image.not-found',
    });
  });

  it('gives it over a line that is cut again and again', async () => {
    await using registry = await started(startRegistryServer({ login: false }));
    await skopeo(
      'copy',
      '--dest-tls-verify=false',
      `docker-archive:${archive}`,
      `docker://${registry.host}/app:1`,
    );
    await using proxy = await cuttingProxy(registry.host, 1_500_000);
    using store = testImages();
    await store.images.pull(`${proxy.host}/app:1`, {});
    expect((await store.images.find(`${proxy.host}/app:1`))?.id).toBe(idOf(image));
    expect(proxy.cuts()).toBeGreaterThanOrEqual(5);
  });
});

async function started(server: Promise<RegistryServer>): Promise<RegistryServer & AsyncDisposable> {
  const running = await server;
  return { ...running, [Symbol.asyncDispose]: () => running.stop() };
}
