import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '../../../src/images/index.ts';
import { buildxWords } from '../../../src/runtime/build/buildx.ts';
import { basesOf } from '../../../src/runtime/native/build/bases.ts';
import { plainBuild as plain } from '../../support/plain-build.ts';

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
      `"build --progress plain --output type=image,push=false --tag shop-web --tag shop:1 --file /shop/web/docker/Dockerfile --target last --build-arg A=1=2 --build-arg B= --label color=green --platform linux/amd64,linux/arm64 --cache-from shop:cache --cache-to type=inline --no-cache --no-cache-filter first --pull --add-host db:10.0.0.1 --network host --shm-size 1024 --ulimit nofile=1:2 --allow network.host --allow security.insecure --ssh default --secret id=a,src=/a --secret id=b,env=B --build-context base=docker-image://other --provenance false --sbom true /shop/web"`,
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

  it('say where the image goes, and to which builder', () => {
    const begin = (spec: Partial<BuildSpec>) =>
      buildxWords({ ...plain, ...spec })
        .slice(0, 6)
        .join(' ');
    expect(begin({ end: 'push' })).toBe('build --progress plain --push --tag shop-web');
    expect(begin({ end: 'check' })).toBe('build --progress plain --check --tag shop-web');
    expect(begin({ builder: 'far' })).toBe('build --builder far --progress plain --load');
    expect(begin({ platforms: ['linux/amd64'] })).toContain('--load');
  });

  it('keep a comma in the name of a file', () => {
    const secrets = [
      { id: 'a', file: '/a,"b' },
      { id: 'c', variable: 'C' },
    ];
    expect(buildxWords({ ...plain, secrets })).toEqual(
      expect.arrayContaining(['id=a,"src=/a,""b"', 'id=c,env=C']),
    );
  });
});

describe('the images that a Dockerfile begins with', () => {
  const names = (text: string, given: Partial<Parameters<typeof basesOf>[1]> = {}) =>
    basesOf(text, { args: {}, contexts: {}, ...given }).map(({ name }) => name);

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
    expect(names(text)).toEqual(['nginx:1.29', 'alpine:3', 'tools:1']);
    expect(names(text, { args: { VERSION: '2' } })[0]).toBe('nginx:2');
  });

  it('are those of mounts, too, and no named contexts', () => {
    const text = `
FROM base
RUN --mount=type=cache,target=/c --mount=type=bind,from=tools:2,target=/t --mount=from=base,target=/b make
COPY --from=assets . /
`;
    expect(names(text, { contexts: { assets: './assets' } })).toEqual(['base', 'tools:2']);
  });

  it('are not in the texts that follow an instruction', () => {
    const text = `
FROM base
RUN <<EOF cat <<-"OTHER" >/x
FROM no
EOF
FROM neither
	OTHER
COPY --from=tools:1 a b
RUN cat < file && echo $((1 <<2)) \\
  # a comment between
  && true
FROM last
`;
    expect(names(text)).toEqual(['base', 'tools:1', 'last']);
  });

  it('may have the name of a stage', () => {
    expect(basesOf('FROM nginx AS nginx\nFROM nginx\nFROM a', { args: {}, contexts: {} })).toEqual([
      { name: 'nginx', isStage: true },
      { name: 'a', isStage: false },
    ]);
  });
});
