import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { FlotillaError } from '../../../../src/core/error.ts';
import { projectName } from '../../../../src/core/ids.ts';
import { createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { specOf } from './spec.ts';

const web = { target: 80, protocol: 'tcp', published: '8080' };
const query = { project: projectName('shop'), networks: [], volumes: [], images: [] };

describe('recorded calls', () => {
  test('show exactly what was asked for, in order, and what failed', async () => {
    const engine = createFakeEngine({ images: ['web'], registry: ['db'] });
    const { driver } = engine;
    await driver.pullImage('db', {});
    await driver.pullImage('nowhere', {}).catch(() => {});
    const id = await driver.createContainer(specOf('web'), { as: 'shop-web-new' });
    await driver.startContainer(id);
    await driver.snapshot(query);
    await driver.renameContainer(id, 'shop-web-1');
    await driver.removeContainer(id, { force: true, volumes: true });
    expect(engine.writes()).toEqual([
      'pullImage db',
      'pullImage nowhere (failed)',
      'createContainer shop-web-new',
      'startContainer shop-web-new',
      'renameContainer shop-web-new shop-web-1',
      'removeContainer shop-web-1',
    ]);
    expect(engine.calls.map(({ verb }) => verb)).toContain('snapshot');
    engine.forgetCalls();
    expect(engine.calls).toEqual([]);
  });

  test('keep what was handed in', async () => {
    const engine = createFakeEngine();
    const spec = specOf('web');
    await engine.driver.createContainer(spec, {});
    expect(engine.calls[0]).toEqual({
      verb: 'createContainer',
      name: 'shop-web-1',
      input: { spec, options: {} },
      outcome: 'done',
    });
  });
});

describe('failures', () => {
  const busy = new FlotillaError('engine.request', 'busy', { retryable: true });

  test('hit the calls that are meant, as often as is said', async () => {
    const engine = createFakeEngine({
      failures: [{ verb: 'startContainer', name: /web/, error: busy, times: 2 }],
    });
    const { driver } = engine;
    const web = await driver.createContainer(specOf('web'), {});
    const db = await driver.createContainer(specOf('db'), {});
    await driver.startContainer(db);
    await expect(driver.startContainer(web)).rejects.toBe(busy);
    await expect(driver.startContainer(web)).rejects.toBe(busy);
    expect(engine.container('shop-web-1').state.kind).toBe('created');
    await driver.startContainer(web);
    expect(engine.container('shop-web-1').state.kind).toBe('running');
  });

  test('`after` does what was asked and loses the answer', async () => {
    const engine = createFakeEngine();
    engine.fail({ verb: 'createContainer', error: busy, when: 'after', times: 1 });
    await expect(engine.driver.createContainer(specOf('web'), {})).rejects.toBe(busy);
    const { id } = engine.container('shop-web-1');
    expect(await engine.driver.createContainer(specOf('web'), {})).toBe(id);
  });
});

describe('delays', () => {
  test('add up, pass on the fake clock, and end with an abort', async () => {
    const clock = createFakeClock();
    const engine = createFakeEngine({ clock, delays: [{ ms: 100 }, { verb: 'startContainer', ms: 1000 }] });
    const creating = engine.driver.createContainer(specOf('web'), {});
    await clock.advance(100);
    const id = await creating;
    const stop = new AbortController();
    const starting = engine.driver.startContainer(id, stop.signal);
    await clock.advance(1099);
    expect(engine.calls.at(-1)?.outcome).toBe('pending');
    stop.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    expect(engine.container('shop-web-1').state.kind).toBe('created');
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
    expect(clock.sleepers).toBe(0);
  });
});

describe('an engine that goes away', () => {
  test('fails what waits with engine.lost, refuses the rest, and comes back with its containers', async () => {
    const clock = createFakeClock();
    const engine = createFakeEngine({ clock, delays: [{ verb: 'removeContainer', ms: 1000 }] });
    const { driver } = engine;
    const id = await driver.createContainer(specOf('web'), {});
    await driver.startContainer(id);
    const removing = driver.removeContainer(id, { force: true, volumes: true });
    const events = (await driver.events({}))[Symbol.asyncIterator]().next();
    engine.kill();
    await expect(removing).rejects.toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: the connection to the fake engine was lost]`,
    );
    await expect(events).rejects.toMatchObject({ code: 'engine.lost' });
    await expect(driver.snapshot(query)).rejects.toMatchObject({ code: 'engine.refused' });
    engine.revive();
    expect((await driver.snapshot(query)).containers).toMatchObject([
      { name: 'shop-web-1', state: 'running' },
    ]);
  });

  test('reset is a new beginning, failures included', async () => {
    const error = new Error('once');
    const engine = createFakeEngine({ failures: [{ verb: 'version', error, times: 1 }] });
    await expect(engine.driver.version()).rejects.toBe(error);
    await engine.driver.createContainer(specOf('web'), {});
    engine.fail({ verb: 'snapshot', error });
    engine.reset();
    await expect(engine.driver.version()).rejects.toBe(error);
    expect((await engine.driver.snapshot(query)).containers).toEqual([]);
    expect(engine.writes()).toEqual([]);
  });
});

describe('images', () => {
  test('every image is there unless a list says otherwise', async () => {
    expect(await createFakeEngine().driver.inspectImage('redis:7')).toMatchObject({
      observed: { tags: ['redis:7'] },
    });
    const { driver } = createFakeEngine({ images: ['redis'] });
    expect(await driver.inspectImage('docker.io/library/redis:latest')).toMatchObject({
      observed: { tags: ['redis:latest'] },
    });
    expect(await driver.inspectImage('redis:7')).toBeUndefined();
  });

  test('a pull brings what the registry has now', async () => {
    const engine = createFakeEngine({
      images: [{ reference: 'app', id: 'sha256:old' }],
      registry: [{ reference: 'app', id: 'sha256:new' }],
    });
    const progress: string[] = [];
    await engine.driver.pullImage('app', { onProgress: ({ text }) => progress.push(text) });
    expect((await engine.driver.inspectImage('app'))?.observed.id).toBe('sha256:new');
    expect(progress).toEqual(['Downloading', 'Pull complete']);
    await expect(engine.driver.pullImage('other', {})).rejects.toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: cannot pull image "other": there is no such image]`,
    );
  });

  test('their volumes, commands and health checks are those of their containers', async () => {
    const engine = createFakeEngine({
      images: [
        {
          reference: 'db',
          volumes: ['/data'],
          entrypoint: ['start'],
          command: ['--fast'],
          exposes: ['5432/tcp'],
          hasHealthcheck: true,
          files: { '/data/seed': 'tulips', '/etc/db.conf': 'x' },
        },
      ],
    });
    const id = await engine.driver.createContainer(specOf('db'), {});
    await engine.driver.startContainer(id);
    const [container] = (await engine.driver.snapshot(query)).containers;
    expect(container).toMatchObject({
      command: 'start --fast',
      mounts: [{ kind: 'volume', target: '/data' }],
      ports: [{ target: 5432, protocol: 'tcp' }],
    });
    expect(container?.health).not.toBe('none');
    const [volume] = engine.state().volumes.values();
    expect([...(volume?.files.keys() ?? [])]).toEqual(['/seed']);
  });
});

describe('the host', () => {
  test('a port that something else holds is in use', async () => {
    const engine = createFakeEngine({ busyPorts: [8080] });
    const id = await engine.driver.createContainer(specOf('web', { ports: [web] }), {});
    await expect(engine.driver.startContainer(id)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: cannot start container "shop-web-1": port 8080 is already in use]`,
    );
    expect(engine.container('shop-web-1')).toMatchObject({ state: { kind: 'created' }, ports: [] });
  });

  test('two addresses can have the same port, the whole host and an address cannot', async () => {
    const { driver } = createFakeEngine();
    const at = async (service: string, hostIp?: string) => {
      const ports = [hostIp === undefined ? web : { ...web, hostIp }];
      return driver.startContainer(await driver.createContainer(specOf(service, { ports }), {}));
    };
    await at('a', '127.0.0.1');
    await at('b', '127.0.0.2');
    await expect(at('c')).rejects.toMatchObject({ code: 'engine.port-in-use' });
  });

  test('its files are seen through a bind mount', async () => {
    const engine = createFakeEngine({
      hostFiles: { '/srv/app/main.js': 'run()' },
      behaviours: {
        web: async (process) => {
          await process.write(process.readFile('/app/main.js') ?? '');
          return 0;
        },
      },
    });
    const mount = {
      kind: 'bind',
      source: '/srv/app',
      target: '/app',
      readOnly: false,
      createHostPath: true,
    } as const;
    const id = await engine.driver.createContainer(specOf('web', { mounts: [mount] }), {});
    await engine.driver.startContainer(id);
    expect(engine.output('shop-web-1')).toBe('run()');
  });
});

describe('capabilities', () => {
  test('one that is switched off refuses the spec that needs it', async () => {
    const engine = createFakeEngine({ capabilities: { annotations: false } });
    expect(engine.driver.capabilities).toMatchObject({ annotations: false, imageMounts: true });
    await expect(
      engine.driver.createContainer(specOf('web', { annotations: { a: 'b' } }), {}),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: cannot create container "shop-web-1": this engine has no annotations]`,
    );
  });
});

test('execs do what was scripted for their command', async () => {
  const engine = createFakeEngine({
    execs: [
      { container: 'db', command: /^pg_isready/, run: { output: ['ready\n'], exitAfterMs: 0, exitCode: 2 } },
    ],
  });
  const exec = async (service: string) => {
    const id = await engine.driver.createContainer(specOf(service), {});
    await engine.driver.startContainer(id);
    const session = await engine.driver.exec(id, {
      command: ['pg_isready', '-q'],
      environment: [],
      privileged: false,
      tty: false,
      stdin: false,
      detach: false,
    });
    let text = '';
    for await (const { data } of session.output) text += Buffer.from(data).toString();
    return [text, await session.exitCode()];
  };
  expect(await exec('db')).toEqual(['ready\n', 2]);
  expect(await exec('web')).toEqual(['', 0]);
});

test('a thousand containers are made, started and seen in little time', async () => {
  const { driver } = createFakeEngine();
  // Of the processor: what else runs on the machine is not its business.
  const before = process.cpuUsage();
  for (let number = 0; number < 1000; number += 1) {
    const spec = specOf('web', { name: `shop-web-${number}` });
    await driver.startContainer(await driver.createContainer(spec, {}));
  }
  expect((await driver.snapshot(query)).containers).toHaveLength(1000);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(5000);
});

test('two engines know nothing of each other', async () => {
  const [first, second] = [createFakeEngine(), createFakeEngine()];
  await first.driver.createContainer(specOf('web'), {});
  expect((await second.driver.snapshot(query)).containers).toEqual([]);
});

test('two clients of one engine see the same', async () => {
  const engine = createFakeEngine();
  await engine.connect().createContainer(specOf('web'), {});
  expect((await engine.driver.snapshot(query)).containers).toHaveLength(1);
});
