import { describe, expect, it } from 'vitest';
import {
  canonicalService,
  type HashOptions,
  networkHash,
  type Project,
  type Service,
  serviceHash,
  volumeHash,
  withDefaultPlatform,
} from '../../../src/compose/index.ts';
import { goJson } from '../../../src/core/go-json.ts';
import { load } from './support.ts';

async function project(yaml: string): Promise<Project> {
  const { project: loaded, diagnostics } = await load(yaml);
  if (loaded === undefined) throw new Error(JSON.stringify(diagnostics));
  return loaded;
}

async function service(attributes: string): Promise<Service> {
  const { services } = await project(
    `name: p\nservices: {a: {${attributes}}, b: {image: b}}\nvolumes: {vol: }`,
  );
  const [first] = services.values();
  if (first === undefined) throw new Error('no service');
  return first;
}

async function hashed(attributes: string, options: HashOptions = {}): Promise<string> {
  return goJson(canonicalService(await service(attributes), options));
}

describe('the hash of a service', () => {
  it('is the one that docker compose writes on containers', async () => {
    expect(serviceHash(await service('image: "nginx:alpine"'))).toBe(
      'bf6121f23746cbb8aa6e190dbdd370ed3928bc89066e458132ea9a62bcbc8edd',
    );
    expect(serviceHash(await service('image: "redis:alpine"'))).toBe(
      '781cb76aba47c364664944274469779eda48920aaa0a3c103989dc0a3b6ec339',
    );
    expect(serviceHash(await service('image: alpine'))).toBe(
      '1401a92039735b8870d9d445faadb5d72e9aa67ac7e0da35dfd665f96546bc41',
    );
  });

  it('always has command and entrypoint, and a network without options as null', async () => {
    expect(await hashed('image: alpine')).toBe(
      '{"command":null,"entrypoint":null,"image":"alpine","networks":{"default":null}}',
    );
    expect(await hashed('image: alpine, command: [], entrypoint: "", network_mode: none')).toBe(
      '{"command":[],"entrypoint":[],"image":"alpine","network_mode":"none"}',
    );
  });

  it('leaves out what makes no other container', async () => {
    const plain = await hashed('image: alpine');
    expect(
      await hashed(
        'image: alpine, build: ., pull_policy: always, scale: 2, profiles: [], depends_on: [b], x-note: 1, env_file: {path: no.env, required: false}'.replace(
          'env_file: {path: no.env, required: false}',
          'env_file: [{path: no.env, required: false}]',
        ),
      ),
    ).toBe(plain);
  });

  it('counts deploy without its replicas', async () => {
    expect(await hashed('image: alpine, deploy: {replicas: 3}')).toBe(
      '{"command":null,"deploy":{"resources":{},"placement":{}},"entrypoint":null,"image":"alpine","networks":{"default":null}}',
    );
  });

  it('shows create_host_path only when it is false, as v5 does, and only when true for v2', async () => {
    const bind = 'image: alpine, network_mode: none, volumes: ["/a:/a"]';
    expect(await hashed(bind)).toBe(
      '{"command":null,"entrypoint":null,"image":"alpine","network_mode":"none","volumes":[{"type":"bind","source":"/a","target":"/a","bind":{}}]}',
    );
    expect(await hashed(bind, { dialect: 'v2' })).toContain('"bind":{"create_host_path":true}');
    const closed =
      'image: alpine, volumes: [{type: bind, source: /a, target: /a, bind: {create_host_path: false}}]';
    expect(await hashed(closed)).toContain('"bind":{"create_host_path":false}');
    expect(await hashed(closed, { dialect: 'v2' })).toContain('"bind":{}');
  });

  it('escapes like Go', async () => {
    expect(await hashed('image: alpine, hostname: "<&>\u2028é"')).toContain(
      '"hostname":"\\u003c\\u0026\\u003e\\u2028é"',
    );
  });

  it('takes the container of a service that it shares something with', async () => {
    const options: HashOptions = { resolve: (name) => (name === 'b' ? 'container:123' : undefined) };
    const shared =
      'image: alpine, network_mode: "service:b", pid: "service:b", ipc: "service:b", volumes_from: ["b:ro"]';
    expect(await hashed(shared, options)).toBe(
      '{"command":null,"entrypoint":null,"image":"alpine","ipc":"container:123","network_mode":"container:123","pid":"container:123","volumes_from":["123"]}',
    );
    expect(await hashed(shared)).toContain('"network_mode":"service:b"');
  });

  it('has file modes, sizes and durations as text', async () => {
    const attributes =
      'image: alpine, mem_limit: 1m, stop_grace_period: 90s, volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1k}}]';
    expect(await hashed(attributes)).toBe(
      '{"command":null,"entrypoint":null,"image":"alpine","mem_limit":"1048576","networks":{"default":null},"stop_grace_period":"1m30s","volumes":[{"type":"tmpfs","target":"/t","tmpfs":{"size":"1024"}}]}',
    );
  });
});

describe('the hash of a network', () => {
  it('is the one that docker compose writes', async () => {
    const { networks } = await project('name: composetest\nservices: {a: {image: x}}');
    const [network] = networks.values();
    expect(network && networkHash(network)).toMatch(/^e07bb132/);
  });
});

describe('the hash of a volume', () => {
  it('takes the local driver when none is named', async () => {
    const { volumes } = await project(
      'name: p\nservices: {a: {image: x, volumes: ["data:/d"]}}\nvolumes: {data: }',
    );
    const [volume] = volumes.values();
    expect(volume && volumeHash(volume)).toMatch(/^bf2094b4/);
    expect(volume && volumeHash({ ...volume, driver: 'local' })).toBe(volume && volumeHash(volume));
  });
});

describe('DOCKER_DEFAULT_PLATFORM', () => {
  it('is the platform of services that name none', async () => {
    const { project: loaded } = await load('services: {a: {image: x}, b: {image: x, platform: linux/386}}', {
      environment: { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' },
    });
    if (loaded === undefined) throw new Error('does not load');
    const platforms = [...withDefaultPlatform(loaded).services.values()].map(({ platform }) => platform);
    expect(platforms).toEqual(['linux/arm64', 'linux/386']);
  });
});
