import { describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../../src/core/ids.ts';
import {
  createFakeClock,
  createFakeEngine,
  type FakeEngineOptions,
} from '../../../../src/runtime/fake/index.ts';
import type { EngineEvent } from '../../../../src/runtime/index.ts';
import { healthcheck, specOf } from './spec.ts';

/** An engine on a clock that only the test turns, with one container that has been started. */
async function started(
  behaviour: NonNullable<FakeEngineOptions['behaviours']>[string],
  more: Parameters<typeof specOf>[1] = {},
) {
  const clock = createFakeClock();
  const engine = createFakeEngine({ clock, behaviours: { job: behaviour } });
  const { driver } = engine;
  const stop = new AbortController();
  const history: string[] = [];
  const events = await driver.events({}, stop.signal);
  const begin = clock.now();
  void (async () => {
    for await (const event of events) history.push(`${clock.now() - begin} ${textOf(event)}`);
  })();
  const id = await driver.createContainer(specOf('job', more), {});
  await driver.startContainer(id);
  const state = () => engine.container('shop-job-1').state;
  return { clock, engine, driver, id, history, state };
}

function textOf({ action, exitCode, health }: EngineEvent): string {
  return [action, exitCode ?? health].filter((part) => part !== undefined).join(' ');
}

describe('a scripted container', () => {
  test('ends when its time has come, with its exit code', async () => {
    const { clock, history, state } = await started({ exitAfterMs: 50, exitCode: 3 });
    await clock.advance(49);
    expect(state().kind).toBe('running');
    await clock.advance(1);
    expect(state()).toMatchObject({ kind: 'exited', exitCode: 3 });
    expect(history).toEqual(['0 create', '0 start', '50 die 3']);
    expect(clock.sleepers).toBe(0);
  });

  test('writes its output with its pauses, to both streams', async () => {
    const { clock, engine } = await started({
      output: ['one\n', { text: 'two\n', stream: 'stderr', afterMs: 10 }],
      exitAfterMs: 20,
    });
    await clock.advance(9);
    expect(engine.output('shop-job-1')).toBe('one\n');
    await clock.advance(1);
    expect(engine.output('shop-job-1')).toBe('one\ntwo\n');
    await clock.advance(10);
    expect(engine.container('shop-job-1').state.kind).toBe('exited');
  });

  test('becomes healthy and unhealthy when its script says so', async () => {
    const { clock, history, driver, id } = await started(
      { healthyAfterMs: 100, unhealthyAfterMs: 300, probeOutput: 'refused' },
      { healthcheck },
    );
    await clock.advance(300);
    expect(history.slice(2)).toEqual(['100 health healthy', '300 health unhealthy']);
    expect((await driver.inspectContainer(id))?.probes).toEqual([
      { exitCode: 0, output: '' },
      { exitCode: 1, output: 'refused' },
    ]);
  });

  test('is healthy at once when it has a health check and no script', async () => {
    const { clock, driver, id } = await started({}, { healthcheck });
    await clock.advance(0);
    expect((await driver.inspectContainer(id))?.health).toBe('healthy');
  });

  test('ends on the stop signal, after the time that it takes', async () => {
    const { clock, driver, id, history } = await started({ stopAfterMs: 200, stopExitCode: 5 });
    const stopping = driver.stopContainer(id, {});
    await clock.advance(200);
    await stopping;
    expect(history.slice(2)).toEqual(['0 kill', '200 die 5', '200 stop']);
  });

  test('that ignores the stop signal is killed when the grace period is over', async () => {
    const { clock, driver, id, history } = await started(
      { ignoresStopSignal: true },
      { stopTimeoutSeconds: 3 },
    );
    const stopping = driver.stopContainer(id, {});
    await clock.advance(3000);
    await stopping;
    expect(history.slice(2)).toEqual(['0 kill', '3000 kill', '3000 die 137', '3000 stop']);
    expect(clock.sleepers).toBe(0);
  });

  test('crashes in a loop with growing pauses, until it is stopped', async () => {
    const { clock, driver, id, history, state } = await started(
      { exitAfterMs: 50, exitCode: 1 },
      { restart: { name: 'always' } },
    );
    await clock.advance(549);
    expect(history.slice(2)).toEqual(['50 die 1', '150 start', '200 die 1', '400 start', '450 die 1']);
    expect(state().kind).toBe('restarting');
    expect((await driver.inspectContainer(id))?.restartCount).toBe(2);
    await driver.stopContainer(id, {});
    await clock.advance(60_000);
    expect(state().kind).toBe('exited');
    expect(clock.sleepers).toBe(0);
  });

  test('can do something else in each run', async () => {
    const { clock, state, history } = await started([{ exitAfterMs: 10, exitCode: 1 }, {}], {
      restart: { name: 'on-failure' },
    });
    await clock.advance(1000);
    expect(state().kind).toBe('running');
    expect(history.slice(2)).toEqual(['10 die 1', '110 start']);
  });

  test('that runs out of memory says so', async () => {
    const { clock, driver, id, history } = await started({ exitAfterMs: 5, oomKilled: true });
    await clock.advance(5);
    expect(await driver.inspectContainer(id)).toMatchObject({ oomKilled: true, exitCode: 137 });
    expect(history.slice(2)).toEqual(['5 oom', '5 die 137']);
  });

  test('that cannot be started fails each start with its reason', async () => {
    const engine = createFakeEngine({ behaviours: { job: { startError: 'exec format error' } } });
    const id = await engine.driver.createContainer(specOf('job'), {});
    await expect(engine.driver.startContainer(id)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: cannot start container "shop-job-1": exec format error]`,
    );
    expect(await engine.driver.inspectContainer(id)).toMatchObject({
      state: 'created',
      error: 'cannot start container "shop-job-1": exec format error',
    });
  });

  test('can be a program; one that throws says why and ends with 1', async () => {
    const { clock, engine, state } = await started(async (process) => {
      await process.write(`${process.command.join(' ')}\n`);
      throw new Error('no database');
    });
    await clock.advance(0);
    expect(state()).toMatchObject({ kind: 'exited', exitCode: 1 });
    expect(engine.output('shop-job-1')).toBe('\nError: no database\n');
  });
});

describe('what a test makes happen', () => {
  test('a process ends, a health check turns, a container is paused', async () => {
    const { engine, history, clock, state, driver, id } = await started({}, { healthcheck });
    await clock.advance(0);
    engine.setHealth('shop-job-1', 'unhealthy', { exitCode: 1, output: 'slow' });
    engine.pause('shop-job-1');
    expect(state().kind).toBe('paused');
    await driver.startContainer(id);
    engine.exit('shop-job-1', { exitCode: 9 });
    await clock.advance(0);
    expect(history.slice(2)).toEqual([
      '0 health healthy',
      '0 health unhealthy',
      '0 pause',
      '0 unpause',
      '0 die 9',
    ]);
  });

  test('what cannot happen is refused', async () => {
    const { engine } = await started({});
    expect(() => engine.setHealth('shop-job-1', 'healthy')).toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: container "shop-job-1" runs no health check]`,
    );
    expect(() => engine.container('nobody' as ContainerId)).toThrowErrorMatchingInlineSnapshot(
      `[FlotillaError: no such container: "nobody"]`,
    );
  });
});
