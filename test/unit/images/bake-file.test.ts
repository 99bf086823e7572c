import { expect, it } from 'vitest';
import { serviceName } from '../../../src/core/ids.ts';
import { type BuildSpec, bakeFile } from '../../../src/images/index.ts';
import { plainBuild as plain } from '../../support/plain-build.ts';

it('says as a file for bake what is built, with what it takes from others, and leaves out what is not asked for', () => {
  const base = { ...plain, service: serviceName('base.1'), tags: ['shop-base'] as const };
  const web: BuildSpec = {
    ...plain,
    dockerfileInline: 'FROM base\nRUN echo ${A}',
    args: { A: '${B}$C' },
    platforms: ['linux/amd64', 'linux/arm64'],
    secrets: [{ id: 'a', file: '/a' }],
    extraHosts: ['db=10.0.0.1'],
    contexts: { base: 'docker-image://shop-base', other: 'docker-image://other' },
    provenance: 'mode=max',
    sbom: 'false',
    noCache: true,
  };
  expect(JSON.parse(bakeFile([base, web]))).toEqual({
    group: { default: { targets: ['base_1', 'web'] } },
    target: {
      base_1: { context: '/shop/web', tags: ['shop-base'], output: ['type=docker'] },
      web: {
        context: '/shop/web',
        contexts: { base: 'target:base_1', other: 'docker-image://other' },
        'dockerfile-inline': 'FROM base\nRUN echo $${A}',
        args: { A: '$${B}$C' },
        tags: ['shop-web'],
        secret: ['id=a,type=file,src=/a'],
        platforms: ['linux/amd64', 'linux/arm64'],
        'no-cache': true,
        'extra-hosts': { db: '10.0.0.1' },
        attest: ['type=provenance,mode=max', 'type=sbom,disabled=true'],
        output: ['type=image,push=false'],
      },
    },
  });
});
