import { describe, expect, it } from 'vitest';
import { createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import type { Driver, EngineEvent } from '../../../../src/runtime/index.ts';
import { execute } from '../../../../src/scheduler/execute/index.ts';
import { emptyWorld, plan, sketch } from '../plan/world.ts';

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
});

async function* silence(): AsyncGenerator<EngineEvent> {}
