import { expect, it } from 'vitest';
import { createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { down, type RunEvent, up } from '../../../../src/scheduler/index.ts';
import { sketch } from '../plan/world.ts';

it('says what it brings to an end when it is drained', async () => {
  const clock = createFakeClock();
  const project = sketch({ web: { depends_on: { db: {} } }, db: {}, other: {} });
  const behaviours = { web: { stopAfterMs: 3000 }, other: { stopAfterMs: 3000 } };
  const { driver } = createFakeEngine({ clock, behaviours });
  const drain = new AbortController();
  const never = new AbortController().signal;
  const events: RunEvent[] = [];
  const session = { driver, clock, listeners: [], drain: never, abort: never };
  await up(session, { project, locate: () => undefined });
  const run = down(
    {
      ...session,
      drain: drain.signal,
      listeners: [
        (event) => {
          events.push(event);
          if (event.type === 'step.started' && event.step.includes('web')) drain.abort();
        },
      ],
    },
    { project },
  );
  await clock.advance(5000);
  expect((await run).result.outcome).toBe('cancelled');
  expect(events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))).toEqual([
    'nothing more is begun; finishing Container shop-other-1, Container shop-web-1',
  ]);
});

it('says nothing when what runs is given up at once', async () => {
  const clock = createFakeClock();
  const project = sketch({
    web: { depends_on: { db: { condition: 'service_healthy' } } },
    db: { healthcheck: { test: ['CMD', 'true'] } },
  });
  const { driver } = createFakeEngine({ clock, behaviours: { db: { healthyAfterMs: 9000 } } });
  const drain = new AbortController();
  const events: RunEvent[] = [];
  const listener = (event: RunEvent) => {
    events.push(event);
    if (event.type === 'step.started' && event.step.startsWith('container.wait')) drain.abort();
  };
  const session = {
    driver,
    clock,
    listeners: [listener],
    drain: drain.signal,
    abort: new AbortController().signal,
  };
  const { result } = await up(session, { project, locate: () => undefined });
  expect(result.outcome).toBe('cancelled');
  expect(events.filter(({ type }) => type === 'notice')).toEqual([]);
});
