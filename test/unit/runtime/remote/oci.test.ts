import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../../src/compose/index.ts';
import type { FlotillaError } from '../../../../src/core/error.ts';
import { loadRegistry } from '../../../../src/images/index.ts';
import { remoteProjects } from '../../../../src/runtime/index.ts';
import { type FakeRegistry, fakeRegistry, ociImage, ociIndex } from '../../../support/registry.ts';

const project = 'application/vnd.docker.compose.project';
const composeFile = 'application/vnd.docker.compose.file+yaml';
const envFile = 'application/vnd.docker.compose.envfile';

let cache: string;
let server: FakeRegistry;

beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'flotilla-oci-'));
  server = await fakeRegistry();
});

afterEach(async () => {
  await server.close();
  rmSync(cache, { recursive: true });
});

describe('a project in a registry', () => {
  it('is put together from its parts', async () => {
    const digest = publish([
      part(composeFile, 'services: {a: {image: a}}', { 'com.docker.compose.file': 'compose.yaml' }),
      part(composeFile, 'services: {a: {labels: {x: y}}}', { 'com.docker.compose.file': 'over.yaml' }),
      part(composeFile, 'services: {b: {}}', {
        'com.docker.compose.extends': 'true',
        'com.docker.compose.file': 'abc.yaml',
      }),
      part(envFile, 'A=1', { 'com.docker.compose.envfile': 'def.env' }),
      part('application/x-something', 'else', {}),
    ]);
    const { folder, file } = await fetchIt('app:1');
    expect(folder).toBe(join(cache, 'docker-compose', digest.slice('sha256:'.length)));
    expect(file).toBe(join(folder, 'compose.yaml'));
    expect(contents(folder)).toEqual({
      'abc.yaml': 'services: {b: {}}',
      'compose.yaml': 'services: {a: {image: a}}\n---\nservices: {a: {labels: {x: y}}}',
      'def.env': 'A=1',
    });
    expect(readdirSync(join(cache, 'docker-compose'))).toHaveLength(1);
  });

  it('is found beside its images', async () => {
    const digest = publish([part(composeFile, 'services: {}', {})]);
    server.manifest('app', 'all', {
      mediaType: ociIndex,
      manifests: [
        { mediaType: ociImage, digest: `sha256:${'1'.repeat(64)}`, size: 1 },
        { mediaType: ociImage, digest, size: 1, artifactType: project },
      ],
    });
    expect(contents((await fetchIt('app:all')).folder)).toEqual({ 'compose.yaml': 'services: {}' });
  });

  it('of a registry that knows no artifact types is known by its config', async () => {
    const config = server.blob('{}', 'application/vnd.docker.compose.config.empty.v1+json');
    const layers = [part(composeFile, 'services: {}', {})];
    server.manifest('app', '1', { mediaType: ociImage, config, layers });
    expect(contents((await fetchIt('app:1')).folder)).toEqual({ 'compose.yaml': 'services: {}' });
  });

  it('that was fetched before is not fetched again, and needs no registry when its digest is named', async () => {
    const digest = publish([part(composeFile, 'services: {}', {})]);
    await fetchIt('app:1');
    const before = server.requests.length;
    const { folder } = await fetchIt('app:1');
    expect(server.requests.slice(before)).toEqual(['GET /v2/', 'GET /v2/app/manifests/1']);
    await server.close();
    expect((await fetchIt(`app@${digest}`)).folder).toBe(folder);
    await expect(fetchIt('app:1')).rejects.toMatchObject({
      code: 'image.registry',
      hint: expect.stringContaining('oci://NAME@DIGEST'),
    });
  });

  it('can be fetched by many at a time, and half a copy is made whole, and what a killed command left is taken away', async () => {
    const digest = publish([part(composeFile, 'services: {}', {})]);
    const folder = join(cache, 'docker-compose', digest.slice('sha256:'.length));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'def.env'), 'half');
    const [left, running] = ['.fetching-left', '.fetching-running'];
    const anHourAgo = Date.now() / 1000 - 61 * 60;
    for (const name of [left, running]) mkdirSync(join(cache, 'docker-compose', name));
    utimesSync(join(cache, 'docker-compose', left), anHourAgo, anHourAgo);
    const fetched = await Promise.all(Array.from({ length: 8 }, () => fetchIt('app:1')));
    expect(new Set(fetched.map((each) => each.folder))).toEqual(new Set([folder]));
    expect(contents(folder)).toEqual({ 'compose.yaml': 'services: {}' });
    expect(readdirSync(join(cache, 'docker-compose')).sort()).toEqual([
      running,
      digest.slice('sha256:'.length),
    ]);
  });
});

describe('what is no project, or means harm, is refused and leaves nothing:', () => {
  it.each([
    ['../evil.yaml', composeFile],
    ['/etc/cron.d/evil', composeFile],
    ['a\\b', composeFile],
    ['..', composeFile],
    ['.', envFile],
    ['', envFile],
    ['../../.ssh/authorized_keys', envFile],
    ['a\u0000b', envFile],
  ])('a part called %j', async (name, mediaType) => {
    publish([
      part(composeFile, 'services: {}', {}),
      part(mediaType, 'x', {
        'com.docker.compose.extends': 'true',
        'com.docker.compose.file': name,
        'com.docker.compose.envfile': name,
      }),
    ]);
    const refusal = await refusalOf('app:1');
    expect(refusal.code).toBe('compose.outside-project');
    expect(refusal.message).toContain(`to ${JSON.stringify(name)}, which is no file in its folder`);
    expect(readdirSync(join(cache, 'docker-compose'))).toEqual([]);
  });

  it('an env file that takes the place of the Compose file', async () => {
    publish([
      part(composeFile, 'services: {}', {}),
      part(envFile, 'x', { 'com.docker.compose.envfile': 'compose.yaml' }),
    ]);
    expect((await refusalOf('app:1')).message).toContain('something that has "compose.yaml" twice');
  });

  it('an image', async () => {
    const config = server.blob('{}', 'application/vnd.oci.image.config.v1+json');
    server.manifest('app', '1', { mediaType: ociImage, config, layers: [] });
    const { code, message, hint } = await refusalOf('app:1');
    expect(`${code}: ${message}\nhint: ${hint}`.replaceAll(server.host, 'HOST')).toMatchInlineSnapshot(`
      "compose.remote: failed to pull OCI resource "oci://HOST/app:1": "HOST/app:1" is not a compose project OCI artifact, but "application/vnd.oci.image.config.v1+json"
      hint: \`oci://\` is for what \`docker compose publish\` has made. An image belongs to a service of a Compose file."
    `);
  });

  it('a file of more than 8 MiB', async () => {
    publish([{ ...part(composeFile, 'services: {}', {}), size: 9 * 1024 * 1024 }]);
    expect((await refusalOf('app:1')).code).toBe('image.too-large');
  });

  it('files of more than 32 MiB together, before the first of them is fetched', async () => {
    const files = Array.from({ length: 5 }, (_, index) => ({
      ...part(envFile, `A=${index}`, { 'com.docker.compose.envfile': `${index}.env` }),
      size: 7 * 1024 * 1024,
    }));
    publish([part(composeFile, 'services: {}', {}), ...files]);
    const { code, message } = await refusalOf('app:1');
    expect(code).toBe('image.too-large');
    expect(message).toContain('is larger than 33554432 bytes');
    expect(server.requests.filter((request) => request.includes('/blobs/'))).toEqual([]);
  });

  it('a registry that sends steadily, but without end', async () => {
    const layer = part(composeFile, 'services: {}', {});
    const slow = await fakeRegistry({
      intercept: (request, response) => {
        if (!request.url?.includes('/blobs/')) return false;
        const timer = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    try {
      const config = slow.blob('{}', 'application/vnd.oci.empty.v1+json');
      const layers = [{ ...layer, size: 1024 * 1024 }];
      slow.manifest('app', '1', { mediaType: ociImage, artifactType: project, config, layers });
      const { createRegistry, findComposeProject, parseReference } = await loadRegistry();
      const registry = createRegistry({ fetch, credentialsFor: async () => undefined });
      const reference = parseReference(`${slow.host}/app:1`);
      const found = await findComposeProject(reference, registry, undefined, 300);
      await expect(found.files()).rejects.toMatchObject({
        code: 'image.registry',
        message: `"${slow.host}/app:1" did not arrive within 0.3 seconds`,
        retryable: true,
      });
    } finally {
      await slow.close();
    }
  });

  it('a project without a Compose file', async () => {
    publish([part(envFile, 'A=1', { 'com.docker.compose.envfile': 'a.env' })]);
    expect((await refusalOf('app:1')).code).toBe('compose.no-file');
  });

  it('a cache that cannot be written', async () => {
    publish([part(composeFile, 'services: {}', {})]);
    writeFileSync(join(cache, 'docker-compose'), '');
    expect((await refusalOf('app:1')).message).toContain('cannot write to the cache');
  });
});

function part(mediaType: string, content: string, annotations: Readonly<Record<string, string>>) {
  return { ...server.blob(content, mediaType), annotations };
}

function publish(layers: readonly object[]): string {
  const config = server.blob('{}', 'application/vnd.oci.empty.v1+json');
  return server.manifest('app', '1', { mediaType: ociImage, artifactType: project, config, layers });
}

function fetchIt(name: string) {
  const remotes = remoteProjects({
    environment: { XDG_CACHE_HOME: cache },
    home: '/nonexistent',
    files: nodeFiles(),
  });
  return remotes.fetch(`oci://${server.host}/${name}`);
}

async function refusalOf(name: string): Promise<FlotillaError> {
  return fetchIt(name).then(
    () => {
      throw new Error('it was accepted');
    },
    (thrown: FlotillaError) => thrown,
  );
}

function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}
