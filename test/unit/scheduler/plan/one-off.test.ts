import { describe, expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { formatPlan } from '../../../../src/scheduler/plan/index.ts';
import { afterwards, emptyWorld, plan, sketch } from './world.ts';

const shop = () =>
  sketch({
    db: { healthcheck: { test: ['CMD', 'true'] } },
    web: {
      depends_on: { db: { condition: 'service_healthy' } },
      scale: 2,
      post_start: [{ command: ['seed'] }],
    },
  });

const once = {
  service: serviceName('web'),
  name: 'shop-web-run-1',
  slug: 'ab'.repeat(32),
  aliases: false,
  autoRemove: true,
};

describe('a container that runs once', () => {
  it('comes when what its service depends on is ready, with what it needs', () => {
    const world = emptyWorld('db', 'web');
    expect(formatPlan(plan(shop(), world, { oneOff: once }))).toMatchInlineSnapshot(`
      "network.create:default  shop_default: it does not exist
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      container.create:shop-web-run-1  shop-web-run-1: "web" is to run once <- network.create:default
      container.wait:db/1:healthy  shop-db-1: "web" depends on it: service_healthy <- container.start:db/1
      container.start:shop-web-run-1  shop-web-run-1: "web" is to run once <- container.create:shop-web-run-1, container.wait:db/1:healthy
      hook.exec:shop-web-run-1/post_start/0  shop-web-run-1: services.web.post_start[0] <- container.start:shop-web-run-1
      "
    `);
  });

  it('leaves the replicas of its service alone, however they differ', () => {
    const world = emptyWorld('db', 'web');
    const running = afterwards(shop(), world, plan(shop(), world));
    const changed = sketch({
      db: { healthcheck: { test: ['CMD', 'true'] } },
      web: { command: ['other'], depends_on: { db: { condition: 'service_healthy' } }, scale: 0 },
    });
    expect(formatPlan(plan(changed, running, { oneOff: once }))).toMatchInlineSnapshot(`
      "unchanged: Network shop_default (Exists)
      unchanged: Container shop-db-1 (Running)
      container.create:shop-web-run-1  shop-web-run-1: "web" is to run once
      container.start:shop-web-run-1  shop-web-run-1: "web" is to run once <- container.create:shop-web-run-1
      "
    `);
  });

  it('is no replica: no number, no restart, and the engine removes it', () => {
    const world = emptyWorld('db', 'web');
    const specs = plan(shop(), world, { oneOff: once }).steps.flatMap((step) =>
      step.kind === 'container.create' && step.id === 'container.create:shop-web-run-1'
        ? [step.input.spec]
        : [],
    );
    expect(specs).toHaveLength(1);
    const spec = specs[0];
    expect(spec).toMatchObject({ name: 'shop-web-run-1', autoRemove: true });
    expect(spec?.number).toBeUndefined();
    const labels = spec?.labels ?? {};
    expect(labels['com.docker.compose.oneoff']).toBe('True');
    expect(labels['com.docker.compose.slug']).toBe('ab'.repeat(32));
    expect(labels['com.docker.compose.container-number']).toBeUndefined();
  });
});
