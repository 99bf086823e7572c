import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../../src/cli/style.ts';
import { renderTimings } from '../../../../src/cli/timings/table.ts';
import type { StepId } from '../../../../src/core/ids.ts';
import type { RunResult } from '../../../../src/scheduler/execute/index.ts';
import type { Plan } from '../../../../src/scheduler/plan/index.ts';
import { otlpTraces, timingsOf } from '../../../../src/scheduler/timings/index.ts';
import { afterwards, emptyWorld, plan, sketch } from '../plan/world.ts';

const began = Date.UTC(2026, 0, 31, 12);

/** A run of the plan in which each step takes so long, in milliseconds, and begins when the last of its needs has ended. */
function carriedOut(
  planned: Plan,
  durations: Readonly<Record<string, number>>,
  queued: Readonly<Record<string, number>> = {},
  from = began,
): { readonly plan: Plan; readonly result: RunResult } {
  const ends = new Map<StepId, number>();
  const left = new Set(planned.steps);
  const steps: RunResult['steps'][number][] = [];
  while (left.size > 0) {
    for (const step of left) {
      if ([...step.needs, ...step.after].some((id) => !ends.has(id))) continue;
      const ready = Math.max(from, ...[...step.needs, ...step.after].map((id) => ends.get(id) ?? from));
      const startedAt = ready + (queued[step.id] ?? 0);
      const endedAt = startedAt + (durations[step.id] ?? 10);
      ends.set(step.id, endedAt);
      steps.push({ step, outcome: 'done', startedAt, endedAt });
      left.delete(step);
    }
  }
  return { plan: planned, result: { outcome: 'done', steps, errors: [] } };
}

const shop = sketch({
  db: { image: 'postgres', healthcheck: { test: ['CMD', 'true'] } },
  api: { depends_on: { db: { condition: 'service_healthy' } } },
  cache: {},
});
const shopRun = carriedOut(
  plan(shop, { ...emptyWorld(), images: new Map() }),
  {
    'image.pull:postgres': 1200,
    'image.pull:busybox': 300,
    'container.create:db/1': 60,
    'container.start:db/1': 340,
    'container.wait:db/1:healthy': 2100,
    'container.start:api/1': 250,
    'container.start:cache/1': 200,
  },
  { 'container.create:cache/1': 400 },
);

describe('timings of a run', () => {
  it('count what is taken away to its service', () => {
    const two = sketch({ web: { scale: 2 }, old: {} });
    const observed = afterwards(two, emptyWorld(), plan(two, emptyWorld()));
    const fewer = plan(sketch({ web: {} }), observed, { removeOrphans: true });
    const { services } = timingsOf([carriedOut(fewer, { 'container.stop:shop-web-2': 3000 })]);
    expect(services.map(({ service, phases: own }) => [service, own.map(({ phase }) => phase)])).toEqual([
      ['web', ['stop']],
      ['old', ['stop']],
    ]);
  });

  it('are the spans of the phases of each service, of all steps, and the chain that decided the length', () => {
    const { services, criticalPath, steps, ...run } = timingsOf([shopRun]);
    expect(run).toMatchInlineSnapshot(`
      {
        "command": "up",
        "durationMs": 3950,
        "outcome": "done",
        "project": "shop",
        "startedAt": "2026-01-31T12:00:00.000Z",
        "version": 1,
      }
    `);
    expect(
      services.map(({ service, phases: own }) => [
        service,
        ...own.map((phase) => Object.values(phase).join(' ')),
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "db",
          "pull 0 1200",
          "create 1200 60",
          "start 1260 340",
          "ready 1600 2100",
        ],
        [
          "api",
          "pull 0 300",
          "create 300 10",
          "start 3700 250",
        ],
        [
          "cache",
          "pull 0 300",
          "create 700 10",
          "start 710 200",
        ],
      ]
    `);
    expect(criticalPath).toMatchInlineSnapshot(`
      [
        "image.pull:postgres",
        "container.create:db/1",
        "container.start:db/1",
        "container.wait:db/1:healthy",
        "container.start:api/1",
      ]
    `);
    expect(steps.find(({ id }) => id === 'container.create:cache/1')).toMatchInlineSnapshot(`
      {
        "durationMs": 10,
        "id": "container.create:cache/1",
        "kind": "container.create",
        "needs": [
          "network.create:default",
          "image.pull:busybox",
        ],
        "outcome": "done",
        "phase": "create",
        "queuedMs": 400,
        "resource": "shop-cache-1",
        "services": [
          "cache",
        ],
        "startMs": 700,
      }
    `);
  });

  it('take pulls that came before the plan for its first part', () => {
    const pulls = carriedOut({ ...plan(shop, { ...emptyWorld(), images: new Map() }), command: 'pull' }, {});
    const onlyPulls = {
      plan: { ...pulls.plan, steps: pulls.plan.steps.filter(({ kind }) => kind === 'image.pull') },
      result: { ...pulls.result, steps: pulls.result.steps.filter(({ step }) => step.kind === 'image.pull') },
    };
    const rest = carriedOut(plan(shop, emptyWorld('postgres')), {}, {}, began + 1000);
    const timings = timingsOf([onlyPulls, rest]);
    expect(timings.command).toBe('up');
    expect(timings.criticalPath[0]).toMatch(/^image\.pull:/);
    expect(timings.services.find(({ service }) => service === 'db')?.phases[0]?.phase).toBe('pull');
  });

  it('are those of the steps that ran, when the others were skipped', () => {
    const half = {
      ...shopRun,
      result: {
        outcome: 'failed' as const,
        errors: [],
        steps: shopRun.result.steps.map((settled) =>
          settled.step.id.includes('api') ? { step: settled.step, outcome: 'skipped' as const } : settled,
        ),
      },
    };
    const { outcome, services, criticalPath } = timingsOf([half]);
    expect({ outcome, services: services.map(({ service }) => service), last: criticalPath.at(-1) }).toEqual({
      outcome: 'failed',
      services: ['db', 'api', 'cache'],
      last: 'container.wait:db/1:healthy',
    });
  });

  it('of a run without steps are empty', () => {
    const empty = { plan: { ...shopRun.plan, steps: [] }, result: { ...shopRun.result, steps: [] } };
    expect(timingsOf([empty])).toEqual({
      version: 1,
      command: 'up',
      project: 'shop',
      outcome: 'done',
      durationMs: 0,
      services: [],
      steps: [],
      criticalPath: [],
    });
  });
});

describe('timings for people', () => {
  const style = createStyle(false);

  it('are a table, a chart, the longest chain and what would shorten it', () => {
    expect(`\n${renderTimings(timingsOf([shopRun]), { columns: 120, style })}`).toMatchInlineSnapshot(`
      "
      Timings of shop: 3.95 s in all
      SERVICE  PULL    CREATE  START   READY   DONE AT  0 s                                                   3.95 s
      db       1.20 s  0.06 s  0.34 s  2.10 s  3.70 s   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▓█████────────────────────────────────
      api      0.30 s  0.01 s  0.25 s          3.95 s   ▒▒▒▒▒▓                                                  ████
      cache    0.30 s  0.01 s  0.20 s          0.91 s   ▒▒▒▒▒      ███
                                                        ▒ pull  ▓ create  █ start  ─ ready

      The longest chain, in which each step waited for the one before it:
        image.pull:postgres          1.20 s  30 %
        container.create:db/1        0.06 s  2 %
        container.start:db/1         0.34 s  9 %
        container.wait:db/1:healthy  2.10 s  53 %
        container.start:api/1        0.25 s  6 %

      db: others waited 2.10 s for its health check. A short start_interval, or --fast-ready, finds it ready sooner.
      "
    `);
  });

  it('leave the chart out where there is no room for it', () => {
    expect(`\n${renderTimings(timingsOf([shopRun]), { columns: 60, style })}`).toMatchInlineSnapshot(`
      "
      Timings of shop: 3.95 s in all
      SERVICE  PULL    CREATE  START   READY   DONE AT
      db       1.20 s  0.06 s  0.34 s  2.10 s  3.70 s
      api      0.30 s  0.01 s  0.25 s          3.95 s
      cache    0.30 s  0.01 s  0.20 s          0.91 s

      The longest chain, in which each step waited for the one before it:
        image.pull:postgres          1.20 s  30 %
        container.create:db/1        0.06 s  2 %
        container.start:db/1         0.34 s  9 %
        container.wait:db/1:healthy  2.10 s  53 %
        container.start:api/1        0.25 s  6 %

      db: others waited 2.10 s for its health check. A short
        start_interval, or --fast-ready, finds it ready sooner.
      "
    `);
  });

  it('name a service whose containers had to be killed', () => {
    const web = sketch({ web: {} });
    const running = afterwards(web, emptyWorld(), plan(web, emptyWorld()));
    const replaced = carriedOut(plan(web, running, { recreate: 'force' }), {
      'container.stop:web/1': 10_000,
    });
    expect(renderTimings(timingsOf([replaced]), { columns: 60, style })).toContain(
      'web: took 10.00 s to stop.',
    );
  });
});

describe('timings as a trace', () => {
  it('are a span for the run, in it one for each service, and in that its steps with links to what they waited for', () => {
    let count = 0;
    const [resource] = otlpTraces(timingsOf([shopRun]), {
      version: '1.2.3',
      resource: { 'service.name': 'flotilla' },
      parent: { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16) },
      randomHex: (bytes) => {
        count += 1;
        return String(count).padStart(bytes * 2, '0');
      },
    }).resourceSpans;
    const spans = resource?.scopeSpans[0]?.spans ?? [];
    const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name ?? id;
    expect(resource?.resource).toEqual({
      attributes: [{ key: 'service.name', value: { stringValue: 'flotilla' } }],
    });
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['f'.repeat(32)]));
    expect(
      spans.map(
        ({ name, parentSpanId, links = [] }) =>
          `${name} in ${nameOf(parentSpanId)}${links.map(({ spanId }) => ` after ${nameOf(spanId)}`).join('')}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "up shop in eeeeeeeeeeeeeeee",
        "db in up shop",
        "api in up shop",
        "cache in up shop",
        "network.create:default in up shop",
        "image.pull:postgres in db",
        "image.pull:busybox in api",
        "container.create:api/1 in api after network.create:default after image.pull:busybox",
        "container.create:cache/1 in cache after network.create:default after image.pull:busybox",
        "container.start:cache/1 in cache after container.create:cache/1",
        "container.create:db/1 in db after network.create:default after image.pull:postgres",
        "container.start:db/1 in db after container.create:db/1",
        "container.wait:db/1:healthy in db after container.start:db/1",
        "container.start:api/1 in api after container.create:api/1 after container.wait:db/1:healthy",
      ]
    `);
    expect(spans.find(({ name }) => name === 'container.start:db/1')).toMatchInlineSnapshot(`
      {
        "attributes": [
          {
            "key": "flotilla.step.kind",
            "value": {
              "stringValue": "container.start",
            },
          },
          {
            "key": "flotilla.resource",
            "value": {
              "stringValue": "shop-db-1",
            },
          },
          {
            "key": "flotilla.queued_ms",
            "value": {
              "intValue": "0",
            },
          },
          {
            "key": "flotilla.critical_path",
            "value": {
              "boolValue": true,
            },
          },
        ],
        "endTimeUnixNano": "1769860801600000000",
        "kind": 1,
        "links": [
          {
            "spanId": "0000000000000011",
            "traceId": "ffffffffffffffffffffffffffffffff",
          },
        ],
        "name": "container.start:db/1",
        "parentSpanId": "0000000000000002",
        "spanId": "0000000000000012",
        "startTimeUnixNano": "1769860801260000000",
        "status": {
          "code": 1,
        },
        "traceId": "ffffffffffffffffffffffffffffffff",
      }
    `);
  });
});
