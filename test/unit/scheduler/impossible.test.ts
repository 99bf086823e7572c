import { describe, expect, it } from 'vitest';
import { impossibleSettings } from '../../../src/scheduler/desired/index.ts';
import { sketch } from './plan/world.ts';

describe('what cannot be brought up', () => {
  const messages = (...project: Parameters<typeof sketch>) =>
    impossibleSettings(sketch(...project), () => undefined).map(({ path, message }) => `${path}: ${message}`);

  it('is a container name that two services want', () => {
    expect(messages({ one: { container_name: 'box' }, two: { container_name: 'box' } })).toEqual([
      'services.two.container_name: services.two: container name "box" is already in use by service "one"',
    ]);
  });

  it('is an image that cannot be one', () => {
    expect(messages({ web: { image: 'UPPER//x::y' } })).toEqual([
      'services.web.image: services.web: "UPPER//x::y" is not an image reference',
    ]);
  });

  it('is a secret from a variable that is not set, if a service uses it', () => {
    const secrets = new Map([['word', { name: 'shop_word', environment: 'WORD' }]]) as never;
    expect(messages({ web: { secrets: [{ source: 'word' }] } }, { secrets })).toEqual([
      'secrets.word.environment: environment variable "WORD" required by secret "word" is not set',
    ]);
    expect(messages({ web: {} }, { secrets })).toEqual([]);
  });

  it('is too little memory, told at the key that says so', () => {
    const resources = { limits: { memory: 4 * 1024 * 1024 } };
    expect(messages({ web: { deploy: { resources }, mem_limit: 1 } as never })).toEqual([
      'services.web.deploy.resources.limits.memory: services.web.deploy.resources.limits.memory: engines give no container less than 6 MiB of memory',
    ]);
    expect(messages({ web: { mem_limit: 1 as never } })).toEqual([
      'services.web.mem_limit: services.web.mem_limit: engines give no container less than 6 MiB of memory',
    ]);
  });

  it('is a service with more containers than a plan has room for', () => {
    expect(
      messages({
        web: { scale: 1e9 },
        api: { deploy: { replicas: 10_001 } as never },
        db: { scale: 10_000 },
      }),
    ).toEqual([
      'services.web.scale: services.web: 1000000000 containers are more than a machine carries',
      'services.api.deploy.replicas: services.api: 10001 containers are more than a machine carries',
    ]);
  });

  it('is a hostname that Linux has no room for', () => {
    const name = 'h'.repeat(62);
    expect(messages({ web: { hostname: `${name}\u00e9x` }, api: { hostname: `${name}\u00e9` } })).toEqual([
      'services.web.hostname: services.web.hostname: a name of 65 bytes is too long',
    ]);
  });

  it('is a reload signal that is none', () => {
    const extensions = new Map([['x-flotilla', { reload_signal: 'SIGHOP' }]]);
    expect(messages({ web: { extensions } })).toEqual([
      'services.web.x-flotilla.reload_signal: services.web.x-flotilla.reload_signal: "SIGHOP" is no signal',
    ]);
  });

  it('is a start_interval without a start_period', () => {
    const healthcheck = { test: ['CMD', 'true'], start_interval: 1e9 } as never;
    expect(messages({ web: { healthcheck } })).toEqual([
      'services.web.healthcheck.start_interval: healthcheck.start_interval requires healthcheck.start_period to be set',
    ]);
  });
});
