import { describe, expect, it } from 'vitest';
import { serviceName } from '../../../src/core/ids.ts';
import {
  createFakeEngine,
  createSession,
  down,
  type FakeEngineOptions,
  FlotillaError,
  loadProject,
  type RunEvent,
  type SourceFiles,
  up,
} from '../../../src/index.ts';
import { eventStreamFaults } from '../../support/event-stream.ts';
import { plainSpec } from '../../support/plain-spec.ts';

const shop = `
name: shop
services:
  db:
    image: postgres
    healthcheck: { test: pg_isready }
  migrate:
    image: shop
    command: migrate
    depends_on: { db: { condition: service_healthy } }
  api:
    image: shop
    depends_on: { migrate: { condition: service_completed_successfully } }
`;

describe('the library on an engine in memory', () => {
  it('brings a project up in the order of its dependencies, and takes it down', async () => {
    const { engine, session, project } = await open({
      behaviours: { migrate: { exitAfterMs: 1 }, db: { healthyAfterMs: 5 } },
    });
    const { result } = await up(session, { project, locate: () => undefined });
    expect(result.outcome).toBe('done');
    expect(engine.writes().filter((write) => write.startsWith('startContainer'))).toMatchInlineSnapshot(`
      [
        "startContainer shop-db-1",
        "startContainer shop-migrate-1",
        "startContainer shop-api-1",
      ]
    `);
    await down(session, { project });
    expect(engine.state().containers.size).toBe(0);
  });

  it('tells every step from run.started to run.settled, each settled once', async () => {
    const { session, project, events } = await open({ behaviours: { migrate: { exitAfterMs: 1 } } });
    await up(session, { project, locate: () => undefined });
    expect(eventStreamFaults(events)).toEqual([]);
    expect(events.length).toBeGreaterThan(10);
  });

  it('says who was waited for when a dependency fails, and starts nobody who needs it', async () => {
    const { engine, session, project } = await open({
      behaviours: { db: { unhealthyAfterMs: 1, probeOutput: 'no route to disk' } },
    });
    const { result } = await up(session, { project, locate: () => undefined });
    expect(result.errors).toMatchInlineSnapshot(`
      [
        {
          "code": "run.unhealthy",
          "evidence": [
            {
              "lines": [],
              "title": "migrate waits for db: service_healthy",
            },
            {
              "lines": [
                "exit 1: no route to disk",
              ],
              "title": "last probes of its health check:",
            },
            {
              "lines": [],
              "title": "shop-db-1 has written nothing",
            },
          ],
          "hint": "Try the probe yourself: \`flotilla exec db sh\`. If the service only needs longer to start, raise \`healthcheck.start_period\`.",
          "message": "dependency failed to start: container shop-db-1 is unhealthy",
        },
      ]
    `);
    expect(engine.container('shop-api-1').state.kind).toBe('created');
  });

  it('does not start what fails to be created, and ends with the engine’s error', async () => {
    const { session, project } = await open({ images: [], registry: [] });
    const { result } = await up(session, { project, locate: () => undefined });
    expect(result.outcome).toBe('failed');
    expect(new Set(result.errors.map((error) => error.code))).toEqual(new Set(['image.not-found']));
  });

  it('takes away what it can when the engine refuses one stop, and fails all the same', async () => {
    const { engine, session, project } = await open({
      behaviours: { migrate: { exitAfterMs: 1 } },
      failures: [
        {
          verb: 'stopContainer',
          name: 'shop-api-1',
          error: new FlotillaError('engine.request', 'cannot stop it'),
        },
      ],
    });
    await up(session, { project, locate: () => undefined });
    const { result } = await down(session, { project });
    expect(result).toMatchObject({ outcome: 'failed', errors: [{ message: 'cannot stop it' }] });
    expect(engine.state().containers.size).toBe(0);
  });

  it('never touches a container that only carries the project’s label', async () => {
    const { engine, session, project } = await open({ behaviours: { migrate: { exitAfterMs: 1 } } });
    await up(session, { project, locate: () => undefined });
    const foreign = await engine.driver.createContainer(
      {
        ...plainSpec,
        project: project.name,
        service: serviceName('other'),
        name: 'other',
        image: 'busybox',
        labels: { 'com.docker.compose.project': 'shop' },
      },
      {},
    );
    await down(session, { project, policy: { removeOrphans: true } });
    await down(session, { projectName: project.name });
    expect([...engine.state().containers.keys()]).toEqual([foreign]);
  });

  it('stops before its next step when the signal aborts, and the next run goes on', async () => {
    const stop = new AbortController();
    const { engine, project } = await open({ behaviours: { migrate: { exitAfterMs: 1 } } });
    const interrupted = createSession({
      driver: engine.driver,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'step.settled' && event.step === 'container.create:db/1') stop.abort();
      },
    });
    const first = await up(interrupted, { project, locate: () => undefined });
    expect(first.result.outcome).toBe('cancelled');
    const second = await up(createSession({ driver: engine.driver }), { project, locate: () => undefined });
    expect(second.result.outcome).toBe('done');
  });

  it('leaves the engine out of it when a setting cannot be honoured, and names its place', async () => {
    const { engine, session, loaded } = await open({}, `${shop}    use_api_socket: true\n`);
    await expect(up(session, { project: loaded.project, locate: loaded.locate })).rejects.toMatchObject({
      code: 'compose.unsupported',
      diagnostics: [{ at: { start: { line: 14 } }, path: 'services.api.use_api_socket' }],
    });
    expect(engine.writes()).toEqual([]);
  });
});

async function open(options: FakeEngineOptions, text: string = shop) {
  const engine = createFakeEngine(options);
  const events: RunEvent[] = [];
  const result = await loadProject({
    cwd: '/shop',
    home: '/home/me',
    environment: {},
    files: memoryFiles({ '/shop/compose.yaml': text }),
  });
  if (result.project === undefined) throw new Error(JSON.stringify(result.diagnostics));
  const loaded = { project: result.project, locate: result.locate };
  const session = createSession({ driver: engine.driver, onEvent: (event) => events.push(event) });
  return { engine, session, events, loaded, project: result.project };
}

function memoryFiles(files: Readonly<Record<string, string>>): SourceFiles {
  return {
    readText: async (path) =>
      files[path] ?? Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' })),
    kind: async (path) => (files[path] === undefined ? 'missing' : 'file'),
    readStdin: async () => '',
  };
}
