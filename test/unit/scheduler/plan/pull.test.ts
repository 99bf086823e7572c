import { expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { createSession, formatPlan, previewPull, pull } from '../../../../src/scheduler/index.ts';
import { sketch } from './world.ts';

const locate = () => undefined;
const build = { context: '/shop' } as never;
const never = { pull_policy: 'never' };
const missing = { pull_policy: 'missing' };

const planOf = async (
  services: Parameters<typeof sketch>[0],
  more: Omit<Parameters<typeof previewPull>[1], 'project' | 'locate'> = {},
  present: readonly string[] = [],
) => {
  const { driver } = createFakeEngine({ images: [...present] });
  for (const image of present) await driver.pullImage(image, {});
  return previewPull(createSession({ driver }), { project: sketch(services), locate, ...more });
};

it('pulls each image once, those that are here too, unless the policy says otherwise', async () => {
  const plan = await planOf(
    {
      api: { image: 'box/api', platform: 'linux/arm64' },
      again: { image: 'box/api' },
      daily: { image: 'box/daily:1', pull_policy: 'daily' },
      here: { image: 'box/here:1', ...missing },
      newest: { image: 'box/newest', ...missing },
      gone: { image: 'box/gone:1', pull_policy: 'if_not_present' },
      never: { image: 'box/never:1', ...never },
      made: { image: 'box/made:1', build, pull_policy: 'build' },
      buildable: { image: 'box/buildable:1', build },
      unnamed: { build, image: '' },
    },
    {},
    ['box/here:1', 'box/newest', 'box/daily:1'],
  );
  expect(formatPlan(plan)).toMatchInlineSnapshot(`
    "unchanged: Image box/here:1 (Skipped - Image is already present locally)
    unchanged: Image box/never:1 (Skipped)
    unchanged: Image box/made:1 (Skipped)
    image.pull:box/api  box/api: a pull was asked for
    image.pull:box/daily:1  box/daily:1: a pull was asked for
    image.pull:box/newest  box/newest: a pull was asked for
    image.pull:box/gone:1  box/gone:1: a pull was asked for
    image.pull:box/buildable:1  box/buildable:1: a pull was asked for (others go on when it fails)
    "
  `);
  expect(plan.steps[0]?.input).toEqual({ reference: 'box/api', platform: 'linux/arm64' });
});

it('leaves alone what can be built when told so', async () => {
  const services = { a: { image: 'box/a:1', build }, b: { image: 'box/b:1' }, c: { image: 'box/a:1' } };
  expect(formatPlan(await planOf(services, { ignoreBuildable: true }))).toMatchInlineSnapshot(`
    "image.pull:box/b:1  box/b:1: a pull was asked for
    image.pull:box/a:1  box/a:1: a pull was asked for (others go on when it fails)
    "
  `);
});

it('tells of a service that was named and has nothing to pull', async () => {
  const services = new Set([serviceName('unnamed'), serviceName('a')]);
  const plan = await planOf(
    { unnamed: { build, image: '' }, a: { image: 'box/a' }, b: { image: 'b' } },
    { services },
  );
  expect(plan.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: service "unnamed" has nothing to pull',
  ]);
  expect(plan.steps.map(({ id }) => id)).toEqual(['image.pull:box/a']);
});

it('goes on after a failure of what can be built, and after any when failures are ignored', async () => {
  const outcomes = async (services: Parameters<typeof sketch>[0], ignoreFailures = false) => {
    const { driver } = createFakeEngine({ images: [], registry: ['box/there:1'] });
    const session = { ...createSession({ driver }), lanes: { pull: 1 } };
    const { result } = await pull(session, { project: sketch(services), locate, ignoreFailures });
    return [
      result.outcome,
      ...result.steps.map(({ step, outcome }) => `${step.resource.name} ${outcome}`),
      ...result.errors.map(({ hint }) => hint),
    ];
  };
  const buildable = { a: { image: 'box/a:1', build }, b: { image: 'box/there:1' } };
  const lost = { a: { image: 'box/a:1' }, b: { image: 'box/there:1' } };
  expect(await outcomes(buildable)).toEqual([
    'failed',
    'box/a:1 failed',
    'box/there:1 done',
    'Build it with `flotilla build a`, or check its name and tag.',
  ]);
  expect(await outcomes(lost)).toEqual([
    'failed',
    'box/a:1 failed',
    'box/there:1 cancelled',
    "Check the image's name and tag, or build it first.",
  ]);
  expect(await outcomes(lost, true)).toEqual(['done', 'box/a:1 tolerated', 'box/there:1 done']);
});

it('pulls what is mounted and what hooks before the start run in, too', async () => {
  const mount = (source: string) => ({ type: 'image', source, target: `/${source}` }) as never;
  const hook = (image: string) => ({ command: ['true'], image });
  const services = {
    web: {
      image: 'box/web:1',
      volumes: [mount('box/data:1'), mount('box/web:1')],
      pre_start: [hook('box/tools:1')],
    },
    made: { image: 'box/made:1', build, pull_policy: 'build', volumes: [mount('box/more:1')] },
    kept: { image: 'box/kept:1', ...missing, volumes: [mount('box/here:1')] },
    unnamed: { build, image: '', volumes: [mount('box/other:1')] },
  };
  const present = ['box/here:1'];
  expect(formatPlan(await planOf(services, {}, present))).toMatchInlineSnapshot(`
    "unchanged: Image box/made:1 (Skipped)
    unchanged: Image box/here:1 (Skipped - Image is already present locally)
    image.pull:box/web:1  box/web:1: a pull was asked for
    image.pull:box/tools:1  box/tools:1: a pull was asked for
    image.pull:box/data:1  box/data:1: a pull was asked for
    image.pull:box/more:1  box/more:1: a pull was asked for
    image.pull:box/kept:1  box/kept:1: a pull was asked for
    image.pull:box/other:1  box/other:1: a pull was asked for
    "
  `);
  const named = { services: new Set([serviceName('unnamed')]) };
  expect((await planOf(services, named)).diagnostics).toEqual([]);
});
