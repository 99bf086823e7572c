import { describe, expect, it } from 'vitest';
import { type Behaviour, createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { execute, type RunResult } from '../../../../src/scheduler/execute/index.ts';
import { emptyWorld, plan, sketch } from '../plan/world.ts';

// Loaded on demand; a fake clock does not wait for the disk of a busy machine.
import '../../../../src/scheduler/execute/evidence.ts';
import '../../../../src/scheduler/execute/evidence-hint.ts';

/** `up --wait` of services without health checks, in milliseconds of a clock that is turned. */
function upWait(
  services: Readonly<Record<string, { readonly restart?: string; readonly does: Behaviour }>>,
  policy: { readonly waitTimeoutMs?: number } = {},
) {
  const clock = createFakeClock();
  const began = clock.now();
  const engine = createFakeEngine({
    clock,
    behaviours: Object.fromEntries(Object.entries(services).map(([name, { does }]) => [name, does])),
  });
  const project = sketch(
    Object.fromEntries(
      Object.entries(services).map(([name, { restart }]) => [
        name,
        (restart === undefined ? {} : { restart }) as object,
      ]),
    ),
  );
  const never = new AbortController().signal;
  const run = execute({
    plan: plan(project, emptyWorld(), { wait: true, ...policy }),
    driver: engine.driver,
    project,
    clock,
    listeners: [],
    drain: never,
    abort: never,
  });
  let result: RunResult | undefined;
  void run.then((it) => {
    result = it;
  });
  return {
    engine,
    /** What came of it, and after how many milliseconds; undefined after all the time that is given. */
    async within(ms: number) {
      while (result === undefined && clock.now() - began < ms) {
        await clock.advance(10);
        await new Promise(setImmediate);
      }
      if (result === undefined) return undefined;
      return {
        outcome: result.outcome,
        ms: clock.now() - began,
        messages: result.errors.map(({ message }) => message),
        evidence: result.errors.flatMap(({ evidence = [] }) => evidence.map(({ title }) => title)),
      };
    },
  };
}

describe('waiting until a service without a health check is ready', () => {
  it('takes half a second, of all services at the same time', async () => {
    const up = upWait({ a: { does: {} }, b: { does: {} }, c: { does: {} } });
    expect(await up.within(2000)).toMatchObject({ outcome: 'done', ms: 500 });
    const looks = up.engine.calls.filter(({ verb }) => verb === 'inspectContainer');
    expect(looks).toHaveLength(6);
  });

  it.each([0, 1, 200, 499])('fails when it crashes after %i ms, at that moment', async (exitAfterMs) => {
    const up = upWait({ web: { does: { exitAfterMs, exitCode: 3, output: ['no config'] } } });
    const told = await up.within(2000);
    expect(told).toMatchObject({
      outcome: 'failed',
      messages: ['container shop-web-1 exited (3)'],
      evidence: ['last output of web:'],
    });
    expect(told?.ms).toBeLessThan(exitAfterMs + 20);
  });

  it('is over when it has done its work', async () => {
    const up = upWait({ job: { does: { exitAfterMs: 200 } } });
    expect(await up.within(2000)).toMatchObject({ outcome: 'done', ms: 200 });
  });

  it('begins anew with each restart, until it stays up', async () => {
    const crash = { exitAfterMs: 300, exitCode: 1 };
    const up = upWait({ web: { restart: 'always', does: [crash, crash, {}] } });
    // Two runs of 300 ms, pauses of 100 and 200 ms, and half a second.
    expect(await up.within(5000)).toMatchObject({ outcome: 'done', ms: 1400 });
  });

  it('is given up when it crashes again and again', async () => {
    const up = upWait({ web: { restart: 'always', does: { exitAfterMs: 0, exitCode: 3 } } });
    expect(await up.within(300_000)).toMatchObject({
      outcome: 'failed',
      messages: ['container shop-web-1 exited (3) again and again'],
      evidence: ['it was started 10 times, as its restart policy says', 'shop-web-1 has written nothing'],
    });
  });

  it('fails when the retries of its policy are used up', async () => {
    const up = upWait({ web: { restart: 'on-failure:2', does: { exitAfterMs: 100, exitCode: 3 } } });
    expect(await up.within(5000)).toMatchObject({
      outcome: 'failed',
      messages: ['container shop-web-1 exited (3)'],
      evidence: ['it was started 3 times, as its restart policy says', 'shop-web-1 has written nothing'],
    });
  });

  it('is bounded by the time that is given', async () => {
    const up = upWait(
      { web: { restart: 'always', does: { exitAfterMs: 0, exitCode: 3 } } },
      { waitTimeoutMs: 1000 },
    );
    expect(await up.within(5000)).toMatchObject({
      outcome: 'failed',
      messages: ['application not healthy after 1s: shop-web-1 is still restarting'],
    });
  });
});
