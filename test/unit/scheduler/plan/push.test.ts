import { expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { createSession, push } from '../../../../src/scheduler/index.ts';
import { formatPlan, planPush } from '../../../../src/scheduler/plan/index.ts';
import { sketch } from './world.ts';

const locate = () => undefined;
const build = { context: '/shop' } as never;
const shop = () =>
  sketch({
    api: { image: 'box/api:1', build, depends_on: { db: {} } },
    db: { image: 'box/db:1', build: { context: '/db', tags: ['box/db:also', 'box/api:2'] } as never },
    unnamed: { build, image: '' },
    ready: { image: 'nginx' },
  });
const input = { locate, services: new Set<never>(), ignoreFailures: false };

it('sends what is built here under names of its own, into each repository one after the other', () => {
  expect(formatPlan(planPush({ project: shop(), ...input }))).toMatchInlineSnapshot(`
    "image.push:box/db:1  box/db:1: a push was asked for
    image.push:box/db:also  box/db:also: a push was asked for after image.push:box/db:1
    image.push:box/api:2  box/api:2: a push was asked for
    image.push:box/api:1  box/api:1: a push was asked for after image.push:box/api:2
    "
  `);
});

it('tells of a service that was named and has nothing to push', () => {
  const services = new Set([serviceName('ready'), serviceName('db')]);
  const plan = planPush({ project: shop(), ...input, services });
  expect(plan.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: service "ready" has nothing to push',
  ]);
  expect(plan.steps).toHaveLength(3);
});

it('goes on when failures are ignored, and does not otherwise', async () => {
  const outcomes = async (ignoreFailures: boolean) => {
    const { driver } = createFakeEngine({ images: ['box/api:1', 'box/api:2', 'box/db:also'] });
    for (const image of ['box/api:1', 'box/api:2', 'box/db:also']) await driver.pullImage(image, {});
    const { result } = await push(createSession({ driver }), { project: shop(), locate, ignoreFailures });
    return [result.outcome, ...result.steps.map(({ step, outcome }) => `${step.id} ${outcome}`)];
  };
  expect(await outcomes(true)).toEqual([
    'done',
    'image.push:box/db:1 tolerated',
    'image.push:box/db:also done',
    'image.push:box/api:2 done',
    'image.push:box/api:1 done',
  ]);
  expect((await outcomes(false)).slice(0, 2)).toEqual(['failed', 'image.push:box/db:1 failed']);
});
