import { describe, expect, it } from 'vitest';
import { type CredentialConfig, findCredentials, registryOf } from '../../../src/images/index.ts';

const noHelper = () => Promise.reject(new Error('no helper was expected'));
const basic = (text: string) => Buffer.from(text).toString('base64');

describe('the registry of an image', () => {
  it.each([
    ['nginx', 'docker.io'],
    ['team/app:1', 'docker.io'],
    ['docker.io/team/app', 'docker.io'],
    ['index.docker.io/team/app', 'docker.io'],
    ['ghcr.io/a/b', 'ghcr.io'],
    ['localhost/a', 'localhost'],
    ['box:5000/a@sha256:0a', 'box:5000'],
  ])('of %s is %s', (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });
});

describe('credentials', () => {
  it('come from the file', async () => {
    const config: CredentialConfig = {
      auths: {
        'https://index.docker.io/v1/': { auth: basic('hub:pass:word\u0000') },
        'https://box:5000/v2/': { username: 'u', password: 'p' },
        'ghcr.io': { identitytoken: 't' },
        'empty.test': {},
      },
    };
    const find = (reference: string) => findCredentials(reference, config, noHelper);
    expect(await find('nginx')).toEqual({
      username: 'hub',
      password: 'pass:word',
      serveraddress: 'https://index.docker.io/v1/',
    });
    expect(await find('box:5000/a')).toEqual({ username: 'u', password: 'p', serveraddress: 'box:5000' });
    expect(await find('ghcr.io/a')).toEqual({ identitytoken: 't', serveraddress: 'ghcr.io' });
    expect(await find('empty.test/a')).toBeUndefined();
    expect(await find('quay.io/a')).toBeUndefined();
  });

  it("come from the registry's helper, else from the general one", async () => {
    const asked: string[] = [];
    const helper = async (name: string, server: string) => {
      asked.push(`${name} ${server}`);
      const Username = name === 'gcloud' ? '<token>' : 'me';
      return {
        exitCode: 0,
        stdout: JSON.stringify({ ServerURL: server, Username, Secret: 's' }),
        stderr: '',
      };
    };
    const config: CredentialConfig = {
      credsStore: 'pass',
      credHelpers: { 'gcr.io': 'gcloud' },
      auths: { 'gcr.io': {} },
    };
    expect(await findCredentials('gcr.io/a', config, helper)).toEqual({
      identitytoken: 's',
      serveraddress: 'gcr.io',
    });
    expect(await findCredentials('nginx', config, helper)).toMatchObject({ username: 'me', password: 's' });
    expect(asked).toEqual(['gcloud gcr.io', 'pass https://index.docker.io/v1/']);
  });

  it('are none when the helper knows none', async () => {
    const helper = async () => ({
      exitCode: 1,
      stdout: 'credentials not found in native keychain\n',
      stderr: '',
    });
    expect(await findCredentials('nginx', { credsStore: 'pass' }, helper)).toBeUndefined();
  });

  it('are an error when the helper fails', async () => {
    const messageOf = (helper: Parameters<typeof findCredentials>[2]) =>
      findCredentials('box.test/a', { credsStore: 'pass' }, helper).then(
        () => 'it succeeded',
        (error: Error & { hint: string }) => `${error.message}\n${error.hint}`,
      );
    expect(
      await messageOf(async () => ({ exitCode: 2, stdout: '', stderr: 'locked' })),
    ).toMatchInlineSnapshot(`
      "the credential helper "docker-credential-pass" failed for "box.test": locked
      Log in again with \`docker login\`, or repair the helper."
    `);
    expect(await messageOf(() => Promise.reject(new Error('spawn ENOENT')))).toMatchInlineSnapshot(`
      "cannot run the credential helper "docker-credential-pass": spawn ENOENT
      Install it, or remove it from credsStore and credHelpers in docker's config.json."
    `);
    expect(await messageOf(async () => ({ exitCode: 0, stdout: 'hi', stderr: '' }))).toMatchInlineSnapshot(`
      "the credential helper "docker-credential-pass" failed for "box.test": its answer is not JSON
      Log in again with \`docker login\`, or repair the helper."
    `);
  });
});
