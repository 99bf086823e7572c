import { describe, expect, it } from 'vitest';
import { serviceHash } from '../../../../src/compose/index.ts';
import { labels } from '../../../../src/core/labels.ts';
import { bytes } from '../../../../src/core/units.ts';
import type { ObservedState } from '../../../../src/runtime/index.ts';
import { containerSpec } from '../../../../src/scheduler/desired/index.ts';
import { afterwards, emptyWorld, plan, planText, sketch } from './world.ts';

describe('after docker compose', () => {
  const withBind = sketch({
    web: { volumes: [{ type: 'bind', source: '/src', target: '/src', bind: { create_host_path: true } }] },
  });

  it('keeps containers of 2.x, whose hash of a bind mount is another one', () => {
    const [service] = [...withBind.services.values()];
    if (service === undefined) throw new Error('no service');
    const world = withHash(serviceHash(service, { dialect: 'v2' }));
    expect(serviceHash(service, { dialect: 'v2' })).not.toBe(serviceHash(service));
    expect(plan(withBind, world).steps).toEqual([]);
  });

  it('replaces containers of any other hash', () => {
    expect(planText(withBind, withHash('0'.repeat(64)))).toContain('its configuration changed');
  });

  function withHash(hash: string): ObservedState {
    const world = afterwards(withBind, emptyWorld(), plan(withBind, emptyWorld()));
    return {
      ...world,
      containers: world.containers.map((container) => {
        const { [labels.definition]: _ours, ...theirs } = container.labels;
        return { ...container, labels: { ...theirs, [labels.configHash]: hash } };
      }),
    };
  }
});

describe('the container of a service', () => {
  const specOf = (service: Parameters<typeof sketch>[0][string]) => {
    const project = sketch({ web: service });
    const [web] = [...project.services.values()];
    if (web === undefined) throw new Error('no service');
    return containerSpec(project, web, { number: 1, links: [] });
  };

  it('has no restart policy when deploy.restart_policy names no condition', () => {
    const deploy = { resources: {}, placement: {}, restart_policy: { max_attempts: 3 } } as never;
    expect(specOf({ deploy }).restart).toBeUndefined();
  });

  it('mounts `tmpfs` by options, even without any, and a tmpfs of `volumes` by size and mode', () => {
    const volumes = [{ type: 'tmpfs', target: '/b', tmpfs: { size: bytes(1024) } }] as never;
    expect(specOf({ tmpfs: ['/a'], volumes }).mounts).toEqual([
      { kind: 'tmpfs', target: '/b', readOnly: false, size: 1024 },
      { kind: 'tmpfs', target: '/a', readOnly: false, options: '' },
    ]);
  });

  it('is hashed with the bare id of a container whose volumes it takes, as docker compose does', () => {
    const resolve = () => 'container:4a5b';
    const hash = (entry: string, resolver?: typeof resolve) => {
      const [service] = [...sketch({ web: { volumes_from: [entry] } }).services.values()];
      if (service === undefined) throw new Error('no service');
      return serviceHash(service, resolver === undefined ? {} : { resolve: resolver });
    };
    expect(hash('db:ro', resolve)).toBe(hash('4a5b'));
    expect(hash('container:4a5b', resolve)).toBe(hash('4a5b'));
  });
});
