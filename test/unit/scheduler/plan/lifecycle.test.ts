import { describe, expect, it } from 'vitest';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
import type { ObservedState } from '../../../../src/runtime/index.ts';
import { formatPlan, planRestart, planStart, planStop } from '../../../../src/scheduler/plan/index.ts';
import { afterwards, emptyWorld, plan, sketch } from './world.ts';

const shop = () =>
  sketch({
    db: { healthcheck: { test: ['CMD', 'true'] } },
    api: { depends_on: { db: { condition: 'service_healthy', restart: true } } },
    web: { depends_on: { api: {} } },
    other: {},
  });

function up(): ObservedState {
  const project = shop();
  const world = emptyWorld('db', 'api', 'web', 'other');
  return afterwards(project, world, plan(project, world));
}

function stopped(): ObservedState {
  const observed = up();
  return { ...observed, containers: observed.containers.map((each) => ({ ...each, state: 'exited' })) };
}

const names = (...list: readonly string[]) => new Set(list.map(serviceName));
const project = () => ({ projectName: projectName('shop'), project: shop() });

describe('start', () => {
  const start = (observed: ObservedState, ...services: readonly string[]) =>
    formatPlan(planStart({ ...project(), observed, services: names(...services), wait: false }));

  it('starts what a service depends on first, and waits for it', () => {
    expect(start(stopped(), 'web')).toMatchInlineSnapshot(`
      "container.start:db/1  shop-db-1: start was asked for
      container.wait:db/1:healthy  shop-db-1: "api" depends on it: service_healthy <- container.start:db/1
      container.start:api/1  shop-api-1: start was asked for <- container.wait:db/1:healthy
      container.start:web/1  shop-web-1: start was asked for <- container.start:api/1
      "
    `);
  });

  it('leaves alone what runs', () => {
    expect(start(up())).toBe('nothing to do\n');
  });

  it('cannot start what was never made', () => {
    expect(start({ ...stopped(), containers: [] }, 'db')).toMatchInlineSnapshot(`
      "error: service "db" has no container to start
      "
    `);
  });

  it('needs no file: the labels tell the order and the conditions', () => {
    const { steps } = planStart({
      projectName: projectName('shop'),
      observed: stopped(),
      services: names('api'),
      wait: false,
    });
    expect(steps.map(({ id, needs }) => [id, needs])).toMatchInlineSnapshot(`
      [
        [
          "container.start:db/1",
          [],
        ],
        [
          "container.wait:db/1:healthy",
          [
            "container.start:db/1",
          ],
        ],
        [
          "container.start:api/1",
          [
            "container.wait:db/1:healthy",
          ],
        ],
      ]
    `);
  });

  it('ends with waiting when that was asked for', () => {
    const { steps } = planStart({
      ...project(),
      observed: stopped(),
      services: names('other'),
      wait: true,
      waitTimeoutMs: 5000,
    });
    expect(steps.map(({ id, input }) => [id, input])).toMatchObject([
      ['container.start:other/1', {}],
      ['container.wait:other/1:ready', { timeoutMs: 5000 }],
    ]);
  });

  it('waits for what runs already only when it has been started just now', () => {
    const withStatus = (status: string) => {
      const containers = up().containers.map((each) => ({ ...each, status }));
      const observed = { ...up(), containers };
      const { steps } = planStart({ ...project(), observed, services: names('other'), wait: true });
      return steps.map(({ id }) => id);
    };
    expect(withStatus('Up Less than a second')).toEqual(['container.wait:other/1:ready']);
    expect(withStatus('Up 1 second')).toEqual([]);
  });
});

describe('restart', () => {
  const restart = (observed: ObservedState, services: readonly string[], dependents = true) =>
    formatPlan(planRestart({ ...project(), observed, services: names(...services), dependents }));

  it('takes along who asks for it, stopped before and started when it is ready again', () => {
    expect(restart(up(), ['db'])).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for after container.stop:shop-api-1 (failure tolerated)
      container.stop:shop-api-1  shop-api-1: depends_on.db.restart is set and "db" is restarted (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      container.wait:db/1:healthy  shop-db-1: "api" depends on it: service_healthy <- container.start:db/1
      container.start:api/1  shop-api-1: depends_on.db.restart is set and "db" is restarted <- container.stop:shop-api-1, container.wait:db/1:healthy
      "
    `);
  });

  it('leaves dependents alone with --no-deps', () => {
    expect(restart(up(), ['db'], false)).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      "
    `);
  });

  it('starts a one-shot that has ended only when what it depends on is ready again', () => {
    const migrating = {
      projectName: projectName('shop'),
      project: sketch({
        db: { healthcheck: { test: ['CMD', 'true'] } },
        migrate: { depends_on: { db: { condition: 'service_healthy' } } },
        api: { depends_on: { migrate: { condition: 'service_completed_successfully' } } },
      }),
    };
    const world = emptyWorld();
    const all = afterwards(migrating.project, world, plan(migrating.project, world));
    const containers = all.containers.map((each) =>
      each.name === 'shop-migrate-1' ? { ...each, state: 'exited' as const, exitCode: 0 } : each,
    );
    const observed = { ...all, containers };
    const text = (...services: readonly string[]) =>
      formatPlan(planRestart({ ...migrating, observed, services: names(...services), dependents: true }));
    expect(text()).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for after container.stop:shop-api-1 (failure tolerated)
      container.stop:shop-api-1  shop-api-1: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      container.wait:db/1:healthy  shop-db-1: "migrate" depends on it: service_healthy <- container.start:db/1
      container.start:migrate/1  shop-migrate-1: restart was asked for <- container.wait:db/1:healthy
      container.wait:migrate/1:completed  shop-migrate-1: "api" depends on it: service_completed_successfully <- container.start:migrate/1
      container.start:api/1  shop-api-1: restart was asked for <- container.stop:shop-api-1, container.wait:migrate/1:completed
      "
    `);
    expect(text('db', 'api')).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for after container.stop:shop-api-1 (failure tolerated)
      container.stop:shop-api-1  shop-api-1: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      container.wait:db/1:healthy  shop-db-1: "api" depends on it: service_healthy <- container.start:db/1
      container.start:api/1  shop-api-1: restart was asked for <- container.stop:shop-api-1, container.wait:db/1:healthy
      "
    `);
  });

  it('restarts side by side what does not depend on each other, and starts what does not run', () => {
    const observed = up();
    const containers = observed.containers.map((each) =>
      each.name === 'shop-other-1' ? { ...each, state: 'exited' as const } : each,
    );
    expect(restart({ ...observed, containers }, [])).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for after container.stop:shop-api-1 (failure tolerated)
      container.stop:shop-api-1  shop-api-1: restart was asked for after container.stop:shop-web-1 (failure tolerated)
      container.stop:shop-web-1  shop-web-1: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      container.wait:db/1:healthy  shop-db-1: "api" depends on it: service_healthy <- container.start:db/1
      container.start:api/1  shop-api-1: restart was asked for <- container.stop:shop-api-1, container.wait:db/1:healthy
      container.start:other/1  shop-other-1: restart was asked for
      container.start:web/1  shop-web-1: restart was asked for <- container.stop:shop-web-1, container.start:api/1
      "
    `);
  });
});

describe('stop', () => {
  it('touches only the services that are named, and without a name only those of the file', () => {
    const stop = (...services: readonly string[]) => {
      const { db, web } = Object.fromEntries(shop().services);
      const small = {
        ...shop(),
        services: new Map([db, web].flatMap((each) => (each ? [[each.name, each]] : []))),
      };
      return planStop({
        projectName: projectName('shop'),
        project: small as never,
        observed: up(),
        services: names(...services),
        reason: 'stop was asked for',
      }).steps.map(({ id }) => id);
    };
    expect(stop()).toEqual(['container.stop:shop-db-1', 'container.stop:shop-web-1']);
    expect(stop('other')).toEqual(['container.stop:shop-other-1']);
  });
});
