import { type AddressInfo, createServer } from 'node:net';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { projectName } from '../../../../src/core/ids.ts';
import { containerState, readStatus } from '../../../../src/runtime/docker/status-text.ts';
import { failure, recorded, scriptedEngine } from './support.ts';

const query = { project: projectName('rec'), networks: [], volumes: [], images: [] };

describe('reading a status', () => {
  it.each([
    ['running', 'Up 3 seconds', 'none'],
    ['running', 'Up Less than a second (health: starting)', 'starting'],
    ['running', 'Up About an hour (healthy)', 'healthy'],
    ['running', 'Up 2 weeks (unhealthy)', 'unhealthy'],
    ['running', 'Up 5 seconds (Paused)', undefined],
    ['running', 'Läuft seit 3 Sekunden', undefined],
    ['paused', 'Up 5 seconds (Paused)', undefined],
    ['exited', 'Exited (0) 3 seconds ago', 'none 0'],
    ['exited', 'Exited (137) About a minute ago', 'none 137'],
    ['exited', 'Exited (-1) 2 hours ago', 'none -1'],
    ['exited', 'gone', undefined],
    ['restarting', 'Restarting (1) 4 seconds ago', 'none 1'],
    ['created', 'Created', 'none'],
    ['removing', 'Removal In Progress', 'none'],
    ['dead', 'Dead', undefined],
  ])('%s, "%s"', (state, text, expected) => {
    const facts = readStatus(containerState(state), text);
    const said = facts && [facts.health, facts.exitCode].filter((part) => part !== undefined).join(' ');
    expect(said).toBe(expected);
  });
});

describe('a snapshot', () => {
  it.each(['1.41', '1.51'])('reads what an engine with API %s lists', async (apiVersion) => {
    const paused = JSON.parse(await recorded(`container-paused-${apiVersion}.recorded.json`));
    await using engine = await scriptedEngine(
      {
        'GET /containers/json': { text: await recorded(`containers-${apiVersion}.recorded.json`) },
        [`GET /containers/${paused.Id}/json`]: { json: paused },
        'GET /networks': { json: [] },
        'GET /volumes': { json: { Volumes: null } },
      },
      { apiVersion },
    );
    const driver = await engine.connect();
    const { containers } = await driver.snapshot(query);
    const lines = containers.map(({ name, state, health, exitCode, networks, mounts, ports }) =>
      [
        name,
        state,
        health,
        exitCode,
        ...networks.map((endpoint) => endpoint.network),
        ...mounts.map((mount) => `${mount.kind}:${mount.name}:${mount.target}`),
        ...ports.map((port) => `${port.hostIp}:${port.published}->${port.target}/${port.protocol}`),
      ].join(' '),
    );
    expect(lines.join('\n')).toMatchSnapshot();
    // Only the paused container's sentence leaves something open.
    expect(engine.asked.filter(({ call }) => call.startsWith('GET /containers/')).length).toBe(2);
  });

  it('finds what a name asks for, exactly, beside what carries the label', async () => {
    const named = [
      { Id: '1', Name: 'web', Driver: 'bridge' },
      { Id: '2', Name: 'web_old', Driver: 'bridge' },
    ];
    const ours = [{ Id: '3', Name: 'rec_default', Driver: 'bridge', Labels: { a: 'b' } }];
    await using engine = await scriptedEngine({
      'GET /containers/json': { json: [] },
      'GET /networks': (response, request) =>
        void response.end(JSON.stringify(request.url?.includes('label') ? ours : named)),
      'GET /volumes': (response, request) =>
        void response.end(
          JSON.stringify(
            request.url?.includes('label') ? {} : { Volumes: [{ Name: 'data' }, { Name: 'data2' }] },
          ),
        ),
      'GET /images/nginx:1/json': { json: { Id: 'sha256:1', Config: { Healthcheck: { Test: ['NONE'] } } } },
    });
    const driver = await engine.connect();
    const state = await driver.snapshot({
      ...query,
      networks: ['web'],
      volumes: ['data'],
      images: ['nginx:1', 'no', 'nginx:1'],
    });
    expect(state.networks.map(({ name }) => name)).toEqual(['rec_default', 'web']);
    expect(state.volumes).toEqual([{ name: 'data', driver: 'local', labels: {} }]);
    expect([...state.images.keys()]).toEqual(['nginx:1']);
    expect(state.images.get('nginx:1')).toMatchObject({ digest: 'sha256:1', hasHealthcheck: false });
    expect(engine.asked.filter(({ call }) => call.includes('nginx')).length).toBe(1);
  });

  it('ends all of its calls when one fails', async () => {
    await using engine = await scriptedEngine({
      'GET /containers/json': { status: 500, json: { message: 'broken' } },
      'GET /networks': () => undefined,
      'GET /volumes': () => undefined,
    });
    const driver = await engine.connect();
    expect(await failure(driver.snapshot(query))).toBe(
      'engine.request: cannot list the containers of project "rec": broken',
    );
    await driver.close();
    await engine.idle();
  });

  it('looks inside a paused container, because its sentence hides the health', async () => {
    await using engine = await scriptedEngine({
      'GET /containers/json': {
        json: [{ Id: '1', Names: ['/a'], State: 'paused', Status: 'Up 1 second (Paused)' }],
      },
      'GET /containers/1/json': {
        json: { Id: '1', State: { Status: 'paused', Health: { Status: 'healthy' } } },
      },
      'GET /networks': { json: [] },
      'GET /volumes': { json: {} },
    });
    const driver = await engine.connect();
    expect((await driver.snapshot(query)).containers).toMatchObject([{ state: 'paused', health: 'healthy' }]);
  });
});

describe('an image', () => {
  it.each(['1.41', '1.51'])('is read as an engine with API %s shows it', async (apiVersion) => {
    await using engine = await scriptedEngine(
      { 'GET /images/app/json': { text: await recorded(`image-${apiVersion}.recorded.json`) } },
      { apiVersion },
    );
    expect(await (await engine.connect()).inspectImage('app')).toMatchSnapshot();
  });

  it("is identified by the manifest of the engine's platform when it has several", async () => {
    const manifest = (architecture: string, kind: string, Available: boolean) => ({
      Kind: kind,
      Available,
      Descriptor: { digest: `sha256:${architecture}` },
      ImageData: { Platform: { os: 'linux', architecture } },
    });
    await using engine = await scriptedEngine({
      'GET /images/app/json': {
        json: {
          Id: 'sha256:index',
          Manifests: [
            manifest('arm64', 'image', true),
            manifest('amd64', 'image', true),
            manifest('unknown', 'attestation', true),
          ],
        },
      },
      'GET /version': { json: { Os: 'linux', Arch: 'amd64' } },
    });
    expect(await (await engine.connect()).inspectImage('app')).toMatchObject({
      observed: { digest: 'sha256:amd64' },
    });
  });
});

describe.skipIf(process.platform !== 'linux')('a port that a process of this machine has', () => {
  it.each([
    [
      'is told when the engine is here',
      { json: { Name: hostname() } },
      [expect.objectContaining({ protocol: 'tcp' })],
    ],
    ['is not told when the socket leads elsewhere', { json: { Name: 'other' } }, []],
    ['is not told when a proxy does not let us ask', { status: 403, json: { message: 'forbidden' } }, []],
  ])('%s', async (_, info, told) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await using engine = await scriptedEngine({
      'GET /containers/json': { json: [] },
      'GET /networks': { json: [] },
      'GET /volumes': { json: { Volumes: null } },
      'GET /info': info,
    });
    const driver = await engine.connect();
    expect((await driver.snapshot({ ...query, hostPorts: [port] })).portHolders).toEqual(told);
    await new Promise((resolve) => server.close(resolve));
  });
});
