import { expect, it } from 'vitest';
import { FlotillaError } from '../../../../src/core/error.ts';
import { type ContainerId, projectName, serviceName } from '../../../../src/core/ids.ts';
import { createFakeClock, createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { createSession, type ListedStats, watchStats } from '../../../../src/scheduler/index.ts';
import { plainSpec } from '../../../support/plain-spec.ts';

const prefix = 'com.docker.compose.';
const shop = projectName('shop');

async function world(...running: readonly string[]) {
  const clock = createFakeClock();
  const engine = createFakeEngine({ clock });
  const { driver } = engine;
  const stop = new AbortController();
  const session = { ...createSession({ driver, signal: stop.signal }), clock };
  const make = async (service: string): Promise<ContainerId> => {
    const labels = {
      [`${prefix}project`]: shop,
      [`${prefix}service`]: service,
      [`${prefix}config-hash`]: 'h',
    };
    const names = { project: shop, service: serviceName(service), name: `shop-${service}-1` };
    return driver.createContainer({ ...plainSpec, ...names, image: 'box', labels }, {});
  };
  const ids = new Map<string, ContainerId>();
  for (const service of running) {
    const id = await make(service);
    ids.set(service, id);
    await driver.startContainer(id);
  }
  const watch = (all = false, ...services: readonly string[]) =>
    watchStats(session, { projectName: shop, services: new Set(services.map(serviceName)), all });
  /** The next table, for which the clock is turned. */
  const next = async (tables: ReturnType<typeof watch>) => {
    const table = tables.next();
    await clock.advance(1000);
    const { value } = await table;
    return (value as readonly ListedStats[] | undefined)?.map(
      ({ container, stats }) => `${container.name} ${stats?.processes ?? '--'}`,
    );
  };
  return {
    clock,
    engine,
    driver,
    stop,
    make,
    watch,
    next,
    idOf: (name: string) => ids.get(name) as ContainerId,
  };
}

it('come when all that run were read, and then every second, with those that start and without those that end', async () => {
  const { driver, make, watch, next, idOf } = await world('web', 'db');
  const idle = await make('idle');
  const tables = watch();
  expect(await next(tables)).toEqual(['shop-db-1 1', 'shop-web-1 1']);
  await driver.startContainer(idle);
  await driver.killContainer(idOf('db'), 'SIGKILL');
  expect(await next(tables)).toEqual(['shop-idle-1 --', 'shop-web-1 1']);
  expect(await next(tables)).toEqual(['shop-idle-1 1', 'shop-web-1 1']);
  await tables.return(undefined);
});

it('are of all containers, or of those of services; what does not run takes nothing', async () => {
  const { make, watch, next } = await world('web', 'db');
  await make('idle');
  expect(await next(watch(true))).toEqual(['shop-db-1 1', 'shop-idle-1 0', 'shop-web-1 1']);
  expect(await next(watch(true, 'idle'))).toEqual(['shop-idle-1 0']);
  expect(await next(watch(false, 'idle'))).toEqual([]);
});

it('end well when the session is drained, and leave nobody asleep when nobody reads them', async () => {
  const { clock, stop, watch, next } = await world('web');
  const tables = watch();
  await next(tables);
  await tables.return(undefined);
  expect(clock.sleepers).toBe(0);
  const others = watch();
  await next(others);
  const last = others.next();
  stop.abort(new Error('enough'));
  expect(await last).toEqual({ done: true, value: undefined });
  expect(clock.sleepers).toBe(0);
});

it('reject when the engine is lost', async () => {
  const { clock, engine, watch, next } = await world('web');
  const tables = watch();
  await next(tables);
  engine.kill();
  const lost = expect(tables.next()).rejects.toBeInstanceOf(FlotillaError);
  await clock.advance(1000);
  await lost;
});
