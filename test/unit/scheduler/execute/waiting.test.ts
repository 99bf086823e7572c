import { describe, expect, it } from 'vitest';
import { createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import type { Driver, EngineEvent } from '../../../../src/runtime/index.ts';
import { execute } from '../../../../src/scheduler/execute/index.ts';
import { emptyWorld, plan, sketch } from '../plan/world.ts';

// Loaded on demand; a fake clock does not wait for the disk of a busy machine.
import '../../../../src/scheduler/execute/evidence.ts';
import '../../../../src/scheduler/execute/evidence-hint.ts';
import '../../../../src/scheduler/execute/fast-probe.ts';

describe('waiting for a container', () => {
  it('asks the engine at a steady pace when its event stream has ended', async () => {
    const clock = createFakeClock();
    const engine = createFakeEngine({ clock, behaviours: { db: { healthyAfterMs: 9000 } } });
    const driver: Driver = { ...engine.driver, events: async () => silence() };
    const project = sketch({
      db: { healthcheck: { test: ['CMD', 'true'] } },
      web: { depends_on: { db: { condition: 'service_healthy' } } },
    });
    const never = new AbortController().signal;
    const run = execute({
      plan: plan(project, emptyWorld()),
      driver,
      project,
      clock,
      listeners: [],
      drain: never,
      abort: never,
    });
    for (let second = 0; second < 10; second += 1) await clock.advance(1000);
    expect((await run).outcome).toBe('done');
    const questions = engine.calls.filter((call) => call.verb === 'inspectContainer');
    expect(questions.length).toBeLessThan(10);
  });

  it('blames the limit of memory when the engine tells of it as an event only', async () => {
    const clock = createFakeClock();
    const startedAt = clock.now();
    const engine = createFakeEngine({
      clock,
      behaviours: { db: { healthyAfterMs: 60_000, exitAfterMs: 500, oomKilled: true } },
    });
    const driver: Driver = {
      ...engine.driver,
      inspectContainer: async (id, signal) => {
        const details = await engine.driver.inspectContainer(id, signal);
        return details && { ...details, oomKilled: false };
      },
    };
    const project = sketch({
      db: { healthcheck: { test: ['CMD', 'true'] } },
      web: { depends_on: { db: { condition: 'service_healthy' } } },
    });
    const never = new AbortController().signal;
    const run = execute({
      plan: plan(project, emptyWorld()),
      driver,
      project,
      clock,
      listeners: [],
      drain: never,
      abort: never,
    });
    let titles: readonly string[] | undefined;
    void run.then(({ errors }) => {
      titles = errors.flatMap(({ evidence = [] }) => evidence.map(({ title }) => title));
    });
    while (titles === undefined && clock.now() < startedAt + 30_000) {
      await clock.advance(50);
      await new Promise(setImmediate);
    }
    expect(titles).toContain(
      'exit code 137: the kernel killed it because it used more memory than its limit',
    );
  });

  it('runs the health check itself when that was asked for, and leaves the verdict "unhealthy" to the engine', async () => {
    const clock = createFakeClock();
    const startedAt = clock.now();
    let probes = 0;
    const engine = createFakeEngine({
      clock,
      behaviours: { db: { healthyAfterMs: 60_000 } },
      execs: [{ container: 'db', command: 'is-ready', run: async () => (++probes < 3 ? 1 : 0) }],
    });
    const project = sketch({
      db: { healthcheck: { test: ['CMD', 'is-ready'] } },
      web: { depends_on: { db: { condition: 'service_healthy' } } },
    });
    const never = new AbortController().signal;
    const run = execute({
      plan: plan(project, emptyWorld()),
      driver: engine.driver,
      project,
      clock,
      listeners: [],
      drain: never,
      abort: never,
      fastReady: true,
    });
    let outcome: string | undefined;
    void run.then((result) => {
      outcome = result.outcome;
    });
    while (outcome === undefined && clock.now() < startedAt + 30_000) {
      await clock.advance(50);
      await new Promise(setImmediate);
    }
    expect(outcome).toBe('done');
    expect(probes).toBe(3);
    await clock.advance(5000);
    expect(probes).toBe(3);
  });

  it('bears any number of waits at once without a warning of Node', async () => {
    const warnings: string[] = [];
    const listener = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listener);
    try {
      const numbers = Array.from({ length: 30 }, (_, index) => index);
      const clock = createFakeClock();
      const engine = createFakeEngine({
        clock,
        behaviours: Object.fromEntries(numbers.map((index) => [`db${index}`, { healthyAfterMs: 100 }])),
      });
      const project = sketch(
        Object.fromEntries(
          numbers.flatMap((index) => [
            [`db${index}`, { healthcheck: { test: ['CMD', 'true'] } }],
            [`web${index}`, { depends_on: { [`db${index}`]: { condition: 'service_healthy' } } }],
          ]),
        ),
      );
      const never = new AbortController().signal;
      const run = execute({
        plan: plan(project, emptyWorld()),
        driver: engine.driver,
        project,
        clock,
        listeners: [],
        drain: never,
        abort: never,
      });
      for (let turn = 0; turn < 3; turn += 1) await clock.advance(100);
      expect((await run).outcome).toBe('done');
      // Node emits its warnings a turn later.
      await new Promise(setImmediate);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', listener);
    }
  });
});

async function* silence(): AsyncGenerator<EngineEvent> {}
