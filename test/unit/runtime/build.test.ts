import { describe, expect, it } from 'vitest';
import { serviceName } from '../../../src/core/ids.ts';
import type { BuildSpec } from '../../../src/images/index.ts';
import { buildxWords } from '../../../src/runtime/build/buildx.ts';
import { basesOf } from '../../../src/runtime/native/build/bases.ts';

const plain: BuildSpec = {
  service: serviceName('web'),
  tags: ['shop-web'],
  context: '/shop/web',
  args: {},
  labels: {},
  platforms: [],
  cacheFrom: [],
  cacheTo: [],
  noCache: false,
  noCacheFilter: [],
  pull: false,
  extraHosts: [],
  ulimits: [],
  privileged: false,
  entitlements: [],
  ssh: [],
  secrets: [],
  contexts: {},
};

describe('the words for buildx', () => {
  it('are few for a plain build', () => {
    expect(buildxWords(plain)).toEqual([
      'build',
      '--progress',
      'plain',
      '--load',
      '--tag',
      'shop-web',
      '/shop/web',
    ]);
  });

  it('say all that a file can ask for', () => {
    const words = buildxWords({
      ...plain,
      tags: ['shop-web', 'shop:1'],
      dockerfile: 'docker/Dockerfile',
      target: 'last',
      args: { A: '1=2', B: '' },
      labels: { color: 'green' },
      platforms: ['linux/amd64', 'linux/arm64'],
      cacheFrom: ['shop:cache'],
      cacheTo: ['type=inline'],
      noCache: true,
      noCacheFilter: ['first'],
      pull: true,
      extraHosts: ['db=10.0.0.1'],
      network: 'host',
      shmSize: 1024,
      ulimits: ['nofile=1:2'],
      privileged: true,
      entitlements: ['network.host'],
      ssh: ['default'],
      secrets: [
        { id: 'a', file: '/a' },
        { id: 'b', variable: 'B' },
      ],
      contexts: { base: 'docker-image://other' },
      provenance: 'false',
      sbom: 'true',
    });
    expect(words.join(' ')).toMatchInlineSnapshot(
      `"build --progress plain --load --tag shop-web --tag shop:1 --file /shop/web/docker/Dockerfile --target last --build-arg A=1=2 --build-arg B= --label color=green --platform linux/amd64,linux/arm64 --cache-from shop:cache --cache-to type=inline --no-cache --no-cache-filter first --pull --add-host db:10.0.0.1 --network host --shm-size 1024 --ulimit nofile=1:2 --allow network.host --allow security.insecure --ssh default --secret id=a,src=/a --secret id=b,env=B --build-context base=docker-image://other --provenance false --sbom true /shop/web"`,
    );
  });

  it('leave the Dockerfile of a fetched context to the builder, and take an inline one by standard input', () => {
    const remote = buildxWords({
      ...plain,
      context: 'https://example.com/a.git',
      dockerfile: 'x/Dockerfile',
    });
    expect(remote.slice(-3)).toEqual(['--file', 'x/Dockerfile', 'https://example.com/a.git']);
    expect(buildxWords({ ...plain, dockerfileInline: 'FROM a' })).toContain('-');
  });
});

describe('the images that a Dockerfile begins with', () => {
  it('are those of FROM and COPY --from that are no stages', () => {
    const text = `
# syntax=docker/dockerfile:1
ARG VERSION=1.29
ARG IMAGE="nginx:\${VERSION}"
FROM --platform=linux/amd64 $IMAGE AS Base
FROM base AS next
from \\
  alpine:\${NOTHING:-3} as last
COPY --from=base /a /a
COPY --from=0 /a /a
COPY --from=tools:1 /t /t
FROM scratch
FROM \${UNKNOWN}
`;
    expect(basesOf(text, {})).toEqual(['nginx:1.29', 'alpine:3', 'tools:1']);
    expect(basesOf(text, { VERSION: '2' })[0]).toBe('nginx:2');
  });
});
