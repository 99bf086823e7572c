import { createCipheriv } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../src/images/index.ts';
import { configOf, sha256 } from '../../support/images/archive.ts';
import { type TestImages, testImages } from '../../support/images/store.ts';
import { type MadeEntry, makeTar } from '../../support/images/tar.ts';
import { type FakeRegistry, fakeRegistry, ociImage, ociIndex } from '../../support/registry.ts';

const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Bytes that do not pack, so that a layer is large on its way too. */
const key = Buffer.alloc(16);
const noise = createCipheriv('aes-128-ctr', key, key).update(Buffer.alloc(3_000_000));
const entries: readonly MadeEntry[] = [
  { name: 'a', content: noise },
  { name: 'b', content: 'b' },
];

const tars = [makeTar(entries), makeTar([{ name: 'c', content: 'c' }])];
const packed = tars.map((tar) => gzipSync(tar));
const [large = Buffer.alloc(0)] = packed;
/** Requests for the large layer. */
const largeLayer = new RegExp(`blobs/${sha256(large)}$`);

interface Stored {
  readonly id: string;
  readonly digest: string;
}

/** Stores an image of a large layer and a small one. */
function store(
  registry: FakeRegistry,
  change: (manifest: Manifest) => object = (same) => same,
  repository = 'app',
  tag = '1',
): Stored {
  const config = registry.blob(configOf({ layers: tars }), configType);
  const layers = packed.map((layer) => registry.blob(layer, layerType));
  const manifest = { schemaVersion: 2, mediaType: ociImage, config, layers };
  return { id: config.digest, digest: registry.manifest(repository, tag, change(manifest)) };
}

interface Manifest {
  readonly config: { readonly digest: string; readonly size: number; readonly mediaType: string };
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[];
}

type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Answers requests of this kind itself. */
const on =
  (pattern: RegExp, answer: (response: ServerResponse, request: IncomingMessage) => void): Intercept =>
  (request, response) => {
    if (!pattern.test(`${request.method} ${request.url}`)) return false;
    answer(response, request);
    return true;
  };

describe('pulling', () => {
  it('gives the image its tag and its digest, and tells how far it is', async () => {
    await using registry = await fakeRegistry();
    using images = testImages();
    const { id, digest } = store(registry);
    const told: PullProgress[] = [];
    await images.images.pull(`${registry.host}/app:1`, { onProgress: (progress) => told.push(progress) });
    const found = await images.images.find(`${registry.host}/app:1`);
    expect(found?.observed).toMatchObject({
      id,
      tags: [`${registry.host}/app:1`],
      repoDigests: [`${registry.host}/app@${digest}`],
      taggedAt: 1_700_000_000_000,
    });
    expect(found?.layers.map((layer) => readdirSync(`${layer}/`))).toEqual([['a', 'b'], ['c']]);
    expect(await images.images.find(`${registry.host}/app@${digest}`)).toMatchObject({ id });
    const last = told.at(-1);
    expect(last).toMatchObject({ text: '2 of 2 layers', current: last?.total });
    expect(told.length).toBeGreaterThan(10);
    expect(left(images)).toEqual([]);
  });

  it('by a digest gives no tag, and fetches nothing that is there', async () => {
    await using registry = await fakeRegistry();
    using images = testImages();
    const { digest } = store(registry);
    const reference = `${registry.host}/app@${digest}`;
    await images.images.pull(reference, {});
    expect((await images.images.find(reference))?.observed.tags).toEqual([]);
    const before = registry.requests.length;
    await images.images.pull(`${registry.host}/app:1`, {});
    const blobs = registry.requests.slice(before).filter((request) => request.includes('/blobs/'));
    expect(blobs).toHaveLength(1);
  });

  it('fetches a layer once that two images want at the same time', async () => {
    await using registry = await fakeRegistry();
    using images = testImages();
    store(registry);
    store(registry, (manifest) => ({ ...manifest, annotations: { another: 'one' } }), 'app', '2');
    await Promise.all(['1', '2'].map((tag) => images.images.pull(`${registry.host}/app:${tag}`, {})));
    expect(registry.requests.filter((request) => largeLayer.test(request))).toHaveLength(1);
  });

  it('chooses the image for the platform, and takes no signature for one', async () => {
    await using registry = await fakeRegistry();
    const arm = store(registry, (manifest) => ({ ...manifest, annotations: { for: 'arm' } }));
    const amd = store(registry);
    const item = ({ digest }: Stored, platform: object, more = {}) => ({
      mediaType: ociImage,
      digest,
      size: 1,
      platform,
      ...more,
    });
    registry.manifest('app', 'many', {
      mediaType: ociIndex,
      manifests: [
        item(arm, { os: 'linux', architecture: 'arm', variant: 'v6' }),
        item(amd, { os: 'unknown', architecture: 'unknown' }),
        item(amd, { os: 'linux', architecture: 'amd64' }),
        item(arm, { os: 'windows', architecture: 'amd64' }),
      ],
    });
    const reference = `${registry.host}/app:many`;
    const asked = async (architecture: string, platform?: string) => {
      using images = testImages({ architecture });
      const before = registry.requests.length;
      await images.images.pull(reference, platform === undefined ? {} : { platform });
      return registry.requests
        .slice(before)
        .find((request) => request.includes('/manifests/sha256'))
        ?.slice(-64);
    };
    expect(await asked('x64')).toBe(amd.digest.slice(-64));
    expect(await asked('arm')).toBe(arm.digest.slice(-64));
    expect(await asked('x64', 'linux/arm/v7')).toBe(arm.digest.slice(-64));
    await expect(asked('x64', 'linux/s390x')).rejects.toMatchObject({
      code: 'image.not-found',
      message: expect.stringContaining('has no image for linux/s390x'),
      hint: 'It has linux/arm/v6, linux/amd64, windows/amd64: choose one with `platform`, where this machine can run it.',
    });
  });

  it('goes on where a connection was cut', async () => {
    let cuts = 0;
    await using registry = await fakeRegistry({
      intercept: on(largeLayer, (response, request) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        const end = large.length - 1;
        if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${end}/${large.length}` });
        if (large.length - from <= 500_000) return void response.end(large.subarray(from));
        cuts += 1;
        response.write(large.subarray(from, from + 500_000), () => response.destroy());
      }),
    });
    using images = testImages();
    const { id } = store(registry);
    await images.images.pull(`${registry.host}/app:1`, {});
    expect(await images.images.find(id)).toMatchObject({ id });
    expect(cuts).toBe(Math.ceil(large.length / 500_000) - 1);
    expect(registry.requests.filter((request) => largeLayer.test(request))).toHaveLength(cuts + 1);
    expect(left(images)).toEqual([]);
  });

  it('goes on where a connection was cut when the registry knows no parts', async () => {
    let tries = 0;
    await using registry = await fakeRegistry({
      intercept: on(largeLayer, (response) => {
        tries += 1;
        if (tries > 2) return void response.end(large);
        response.write(large.subarray(0, 500_000 * tries), () => response.destroy());
      }),
    });
    using images = testImages();
    const { id } = store(registry);
    await images.images.pull(`${registry.host}/app:1`, {});
    expect(await images.images.find(id)).toMatchObject({ id });
  });
});

/** Registries that are broken or hostile, with what is said of each. */
const hostile: readonly (readonly [name: string, intercept: Intercept, code: string, message: string])[] = [
  [
    'sends other bytes than the digest says',
    on(/blobs.*/, (response) => response.end('other')),
    'image.corrupt',
    'ends after 5 of',
  ],
  [
    'sends another layer of the right size',
    on(largeLayer, (response) => response.end(Buffer.alloc(large.length, 1))),
    'image.corrupt',
    'is damaged',
  ],
  [
    'sends a layer without end',
    on(largeLayer, (response) => endless(response)),
    'image.corrupt',
    'bytes announced',
  ],
  [
    'sends a configuration without end',
    on(/blobs/, (response) => endless(response)),
    'image.corrupt',
    'bytes announced',
  ],
  [
    'sends a manifest without end',
    on(/manifests/, (response) => endless(response)),
    'image.too-large',
    'is larger than 4194304 bytes',
  ],
  [
    'sends another manifest than its digest says',
    on(
      /manifests/,
      (response) => void response.writeHead(200, { 'docker-content-digest': sha256('x') }).end('{}'),
    ),
    'image.corrupt',
    'was expected and its digest is',
  ],
  ['sends no JSON', on(/manifests/, (response) => response.end('<html>')), 'image.pull', 'it is not JSON'],
  [
    'sends a manifest of an unknown type',
    on(/manifests/, (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('{}')),
    'image.pull',
    'its type is "text/plain"',
  ],
  [
    'redirects in circles',
    on(/blobs/, (response, { url }) => void response.writeHead(307, { location: url ?? '' }).end()),
    'image.pull',
    'it redirects without end',
  ],
  [
    'redirects to a place in the clear',
    on(/blobs/, (response) => void response.writeHead(307, { location: 'http://192.0.2.1/x' }).end()),
    'image.pull',
    'which is not encrypted',
  ],
  [
    'redirects to a file',
    on(/blobs/, (response) => void response.writeHead(307, { location: 'file:///etc/passwd' }).end()),
    'image.pull',
    'which is not encrypted',
  ],
  [
    'wants a login at a place that is not safe',
    on(
      /v2/,
      (response) =>
        void response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://192.0.2.1/token"' }).end(),
    ),
    'image.denied',
    'which is not safe',
  ],
  [
    'wants a login',
    on(/v2/, (response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()),
    'image.denied',
    'refuses access',
  ],
  [
    'has no such image',
    on(/manifests/, (response) => void response.writeHead(404).end()),
    'image.not-found',
    'not found',
  ],
  [
    'has no such layer',
    on(/blobs/, (response) => void response.writeHead(404).end()),
    'image.not-found',
    'not found',
  ],
  [
    'is out of order',
    on(/manifests/, (response) => void response.writeHead(503).end()),
    'image.pull',
    'HTTP status 503',
  ],
  [
    'has enough of us',
    on(/manifests/, (response) => void response.writeHead(429).end()),
    'image.pull',
    'answers no more for now',
  ],
  [
    'cuts each connection at once',
    on(largeLayer, (response) => void response.destroy()),
    'image.pull',
    'cannot reach the registry',
  ],
  [
    'answers a part from another place',
    on(
      largeLayer,
      (response) => void response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('abc'),
    ),
    'image.pull',
    'HTTP status 206',
  ],
];

describe('a registry that', () => {
  it.each(hostile)('%s is refused', async (_, intercept, code, message) => {
    await using registry = await fakeRegistry({ intercept });
    using images = testImages();
    store(registry);
    const pulled = images.images.pull(`${registry.host}/app:1`, {});
    await expect(pulled).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`^cannot pull image "${registry.host}/app:1": .*${message}`)),
    });
    expect(await images.images.list()).toEqual([]);
    expect(left(images)).toEqual([]);
    expect(readdirSync(join(images.folder, 'lib/images/partial'))).toEqual([]);
  });

  it.each([
    [
      'an artifact that is no image',
      (manifest: Manifest) => ({
        ...manifest,
        config: { ...manifest.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      }),
      'it is of the type "application/vnd.cncf.helm.config.v1+json"',
    ],
    [
      'an encrypted layer',
      (manifest: Manifest) => ({
        ...manifest,
        layers: manifest.layers.map((layer) => ({ ...layer, mediaType: `${layerType}+encrypted` })),
      }),
      'a layer of it is of the type',
    ],
    [
      'fewer layers than the configuration',
      (manifest: Manifest) => ({ ...manifest, layers: manifest.layers.slice(1) }),
      'it has 1 layers where its configuration has 2',
    ],
    [
      'a digest that is a path',
      (manifest: Manifest) => ({ ...manifest, layers: [{ ...manifest.layers[0], digest: '../../etc' }] }),
      'a part of it has no digest',
    ],
    [
      'a size below zero',
      (manifest: Manifest) => ({ ...manifest, layers: [{ ...manifest.layers[0], size: -1 }] }),
      'a part of it has no size',
    ],
    ['no layers at all', (manifest: Manifest) => ({ ...manifest, layers: undefined }), 'it lists nothing'],
  ])('has %s is refused', async (_, change, message) => {
    await using registry = await fakeRegistry();
    using images = testImages();
    store(registry, change);
    const pulled = images.images.pull(`${registry.host}/app:1`, {});
    await expect(pulled).rejects.toMatchObject({
      code: 'image.pull',
      message: expect.stringContaining(message),
    });
    expect(await images.images.list()).toEqual([]);
  });

  it('swaps layers is refused', async () => {
    await using registry = await fakeRegistry();
    using images = testImages();
    store(registry, (manifest) => ({ ...manifest, layers: [...manifest.layers].reverse() }));
    await expect(images.images.pull(`${registry.host}/app:1`, {})).rejects.toMatchObject({
      code: 'image.corrupt',
    });
    expect(await images.images.list()).toEqual([]);
  });

  it('is not there is an error that may pass', async () => {
    using images = testImages();
    await expect(images.images.pull('127.0.0.1:1/app:1', {})).rejects.toMatchObject({
      code: 'image.pull',
      retryable: true,
    });
  });
});

describe('mirrors', () => {
  it('are asked for images of the hub, and the next when one fails', async () => {
    await using broken = await fakeRegistry({ intercept: on(/blobs/, (response) => response.end('evil')) });
    await using mirror = await fakeRegistry();
    const { digest } = store(broken, undefined, 'library/app', 'latest');
    store(mirror, undefined, 'library/app', 'latest');
    const mirrors = ['http://127.0.0.1:1', `http://${broken.host}`, `http://${mirror.host}`];
    using images = testImages({ registries: { mirrors, insecure: [] } });
    await images.images.pull('app', {});
    expect((await images.images.find('app'))?.observed).toMatchObject({
      tags: ['app:latest'],
      repoDigests: [`app@${digest}`],
    });
  });

  it('are not asked for images of others', async () => {
    await using mirror = await fakeRegistry();
    await using registry = await fakeRegistry();
    store(registry);
    using images = testImages({ registries: { mirrors: [`http://${mirror.host}`], insecure: [] } });
    await images.images.pull(`${registry.host}/app:1`, {});
    expect(mirror.requests).toEqual([]);
  });
});

it('an aborted pull ends with the reason, and the next one goes on where it was', async () => {
  const stop = new AbortController();
  let isStuck = true;
  await using registry = await fakeRegistry({
    intercept: (request, response) => {
      if (!isStuck || !largeLayer.test(request.url ?? '')) return false;
      response.write(large.subarray(0, 1_500_000));
      return true;
    },
  });
  const { id } = store(registry);
  using images = testImages();
  const onProgress = ({ current }: PullProgress) => {
    if (current > 1_400_000) stop.abort(new Error('enough'));
  };
  const pulled = images.images.pull(`${registry.host}/app:1`, { onProgress }, stop.signal);
  await expect(pulled).rejects.toThrow('enough');
  expect(left(images)).toEqual([]);
  isStuck = false;
  const ranges: (string | undefined)[] = [];
  await using other = await fakeRegistry({
    intercept: on(largeLayer, (response, { headers }) => {
      ranges.push(headers.range);
      const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
      response.writeHead(206, { 'content-range': `bytes ${from}-${large.length - 1}/${large.length}` });
      response.end(large.subarray(from));
    }),
  });
  store(other);
  await images.again().pull(`${other.host}/app:1`, {});
  expect(await images.images.find(id)).toMatchObject({ id });
  expect(ranges).toEqual([expect.stringMatching(/^bytes=1[45]\d{5}-$/)]);
  expect(readdirSync(join(images.folder, 'lib/images/partial'))).toEqual([]);
});

function endless(response: ServerResponse): void {
  const piece = Buffer.alloc(65_536);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}

/** What a failed pull leaves behind beside what was there: nothing but parts to go on with. */
function left({ folder }: TestImages): readonly string[] {
  return ['tmp', 'leases', 'trash'].flatMap((part) => readdirSync(join(folder, 'lib/images', part)));
}
