import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideBuilder } from '../support/builder.ts';
import { images, useEngine } from '../support/engine.ts';
import { skopeo } from '../support/images/skopeo.ts';
import type { TestProject } from '../support/project.ts';
import { type RegistryServer, registryUser, startRegistryServer } from '../support/registry-server.ts';
import { succeed } from './succeed.ts';

const { name: user, password } = registryUser;

describe('push', () => {
  const engine = useEngine();
  const settings = mkdtempSync(join(tmpdir(), 'flotilla-login-'));
  const env = { DOCKER_CONFIG: settings };
  let registry: RegistryServer;
  let p: TestProject;
  let own: string;
  beforeAll(async () => {
    // The throwaway engine reaches this machine over its cable.
    const address = engine.address.replace(/^(10\..*)\.2$/, '$1.1');
    registry = await startRegistryServer({ login: true, address });
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    writeFileSync(join(settings, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    await provideBuilder(engine.runtime, settings);
    const dockerfile = `FROM ${images.busybox}\\nRUN echo own > /own`;
    p = await engine.project(
      { 'compose.yaml': `services: {own: {build: {dockerfile_inline: "${dockerfile}"}}}` },
      { env },
    );
    await succeed(p.flotilla(['build']));
    // Other tests are at work on the images that all share.
    own = `${p.name}-own:latest`;
  });
  afterAll(async () => {
    await registry.stop();
    await engine.docker.untag(own);
    rmSync(settings, { recursive: true });
  });

  const tagged = async (name: string): Promise<string> => {
    const reference = `${registry.host}/${name}`;
    await engine.docker.tag(own, reference);
    return reference;
  };
  const digestThere = async (reference: string): Promise<string> => {
    const words = ['inspect', '--tls-verify=false', `--creds=${user}:${password}`, '--format={{.Digest}}'];
    return (await skopeo(...words, `docker://${reference}`)).trim();
  };
  const imagesOf = async (project: TestProject) =>
    (await project.containers()).map(({ labels }) => labels['com.docker.compose.image']);

  it('sends an image, which can be pulled again and is the same', async () => {
    const reference = await tagged('team/app:1');
    const { stdout } = await succeed(p.flotilla(['image', 'push', reference]));
    const digest = await digestThere(reference);
    expect(stdout.replace(/size: \d+/, 'size: N')).toBe(
      `The push refers to repository [${registry.host}/team/app]\n1: digest: ${digest} size: N\n`,
    );
    // What is there already is not sent again.
    expect((await succeed(p.flotilla(['image', 'push', reference]))).stdout).toBe(stdout);
    const service = (image: string, more = '') =>
      `services: {a: {image: "${image}", init: true, command: sleep 1000${more}}}`;
    const before = await engine.project({ 'compose.yaml': service(own) }, { env });
    await succeed(before.flotilla(['up', '-d']));
    await engine.docker.untag(reference);
    const after = await engine.project(
      { 'compose.yaml': service(reference, ', pull_policy: always') },
      { env },
    );
    await succeed(after.flotilla(['up', '-d']));
    expect(await imagesOf(after)).toEqual(await imagesOf(before));
    await skopeo(
      'copy',
      '--src-tls-verify=false',
      `--src-creds=${user}:${password}`,
      `docker://${reference}`,
      `dir:${join(settings, 'copy')}`,
    );
    await after.remove();
    await engine.docker.untag(reference);
  });

  it('takes the tag latest where none is named, and all tags when told so', async () => {
    const one = await tagged('team/all:latest');
    const two = await tagged('team/all:two');
    const repository = one.slice(0, -':latest'.length);
    const { stdout } = await succeed(p.flotilla(['image', 'push', repository]));
    expect(stdout).toContain('Using default tag: latest\n');
    expect(stdout).toContain(`latest: digest: ${await digestThere(one)} size: `);
    await expect(digestThere(two)).rejects.toThrow(/manifest unknown/);
    const all = await succeed(p.flotilla(['image', 'push', '--all-tags', repository]));
    const digest = await digestThere(two);
    expect(all.stdout).toContain(`latest: digest: ${digest} size: `);
    expect(all.stdout).toContain(`two: digest: ${digest} size: `);
    const quiet = await succeed(p.flotilla(['image', 'push', '-q', two]));
    expect(quiet).toMatchObject({ stdout: `${two}\n`, stderr: '' });
    expect(await p.flotilla(['image', 'push', '-a', two])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('names a tag, and --all-tags is for all of them'),
    });
    for (const tag of [one, two]) await engine.docker.untag(tag);
  });

  it('is refused who is nobody or somebody else, and what is not here', async () => {
    const reference = await tagged('team/secret:1');
    const nobody = await p.flotilla(['image', 'push', reference], { env: { DOCKER_CONFIG: '/nonexistent' } });
    expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[image.denied]') });
    await expect(digestThere(reference)).rejects.toThrow();
    await engine.docker.untag(reference);
    const missing = await p.flotilla(['image', 'push', reference]);
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[image.not-found]') });
    const unreachable = await tagged('x:1').then(() => engine.docker.tag(own, '127.0.0.1:9/x:1'));
    expect(unreachable).toBeUndefined();
    const failed = await p.flotilla(['image', 'push', '127.0.0.1:9/x:1']);
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[image.push]') });
    for (const tag of ['127.0.0.1:9/x:1', `${registry.host}/x:1`]) await engine.docker.untag(tag);
  });

  describe('of a project', () => {
    const file = (host: string) => `
services:
  app: {build: ., image: "${host}/shop/app:1", depends_on: [db]}
  db: {build: {context: ., tags: ["${host}/shop/db:also"]}, image: "${host}/shop/db:1"}
  unnamed: {build: .}
  ready: {image: ${images.busybox}}
`;
    const project = async () => {
      const made = await engine.project({ 'compose.yaml': file(registry.host) }, { env });
      for (const name of ['app:1', 'db:1', 'db:also']) await tagged(`shop/${name}`);
      return made;
    };

    it('sends what is built here and has a name of its own', async () => {
      const shop = await project();
      const plan = await succeed(shop.flotilla(['--dry-run', 'push']));
      const planned = plan.stdout.replaceAll(registry.host, 'HOST').match(/image\.push:\S+/g);
      expect([...new Set(planned)]).toEqual([
        'image.push:HOST/shop/db:1',
        'image.push:HOST/shop/db:also',
        'image.push:HOST/shop/app:1',
      ]);
      await succeed(shop.flotilla(['push', 'app']));
      expect(await digestThere(`${registry.host}/shop/app:1`)).toMatch(/^sha256:/);
      await expect(digestThere(`${registry.host}/shop/db:1`)).rejects.toThrow();
      await succeed(shop.flotilla(['push', '--include-deps', '-q', 'app']));
      for (const name of ['db:1', 'db:also']) {
        expect(await digestThere(`${registry.host}/shop/${name}`)).toMatch(/^sha256:/);
      }
      const named = await succeed(shop.flotilla(['push', 'ready']));
      expect(named.stderr).toContain('service "ready" has nothing to push');
      await shop.composeToo(['push', 'app'], ({ exitCode }) => expect(exitCode).toBe(0), { env });
    });

    it('sends what build has made', async () => {
      const made = await engine.project(
        {
          'compose.yaml': `
services:
  app: {build: {dockerfile_inline: "FROM ${images.busybox}\\nRUN echo new > /new"}, image: "${registry.host}/built/app:1"}
  unnamed: {build: {dockerfile_inline: "FROM ${images.busybox}"}}
`,
        },
        { env },
      );
      const { stderr } = await succeed(made.flotilla(['build', '--push']));
      expect(stderr).toMatch(/Image \S+\/built\/app:1 {2}Built/);
      expect(await digestThere(`${registry.host}/built/app:1`)).toMatch(/^sha256:/);
      expect(stderr).not.toMatch(/unnamed.*Push/);
    });

    it('fails with the first that cannot be sent, unless failures are ignored', async () => {
      const shop = await project();
      await engine.docker.untag(`${registry.host}/shop/db:also`);
      const failed = await shop.flotilla(['push']);
      expect(failed.exitCode).toBe(1);
      expect(failed.stderr).toMatch(/compose\.yaml:4:\d+: error: cannot push image .*\[image\.not-found\]/);
      const ignored = await shop.flotilla(['push', '--ignore-push-failures']);
      expect(ignored.exitCode).toBe(0);
      expect(ignored.stderr).toContain('shop/db:also');
    });
  });
});
