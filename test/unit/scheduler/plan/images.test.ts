import { describe, expect, it } from 'vitest';
import { emptyWorld, plan, sketch } from './world.ts';

type Policy = Parameters<typeof plan>[2];

/** What is done about images, as `kind:reference otherwise`. */
function images(service: Record<string, unknown>, policy: Policy = {}, ...present: readonly string[]) {
  const { steps, diagnostics } = plan(sketch({ web: service as never }), emptyWorld(...present), policy);
  const made = steps.flatMap((step) => {
    if (step.kind === 'image.build') return [step.id];
    return step.kind === 'image.pull' ? [`${step.id} ${step.input.otherwise?.kind ?? 'fail'}`] : [];
  });
  return [...made, ...diagnostics.map(({ message }) => message)];
}

it('of what is mounted is pulled when it is not there, before the container that it is mounted in', () => {
  const volumes = ['data', 'here'].map((source) => ({ type: 'image', source, target: `/${source}` }));
  const service = { volumes, pull_policy: 'never', platform: 'linux/arm64' };
  const { steps } = plan(sketch({ web: service as never }), emptyWorld('here'));
  expect(steps.flatMap((step) => (step.kind === 'image.pull' ? [step.input] : []))).toEqual([
    { reference: 'data' },
  ]);
  expect(steps.find(({ id }) => id === 'container.create:web/1')?.needs).toContain('image.pull:data');
});

describe('the image of a service that can be built', () => {
  const named = { image: 'registry/web', build: { context: '/web' } };
  const nameless = { image: undefined, build: { context: '/web' } };

  it('is looked for in its registry first, when it has a name of its own, and built when it is not there', () => {
    expect(images(named)).toEqual(['image.pull:registry/web build']);
    expect(images({ ...named, pull_policy: 'always' })).toEqual(['image.pull:registry/web build']);
    expect(images({ ...named, pull_policy: 'daily' })).toEqual(['image.pull:registry/web build']);
    expect(images({ ...named, pull_policy: 'never' })).toEqual(['image.build:registry/web']);
    expect(images({ ...named, pull_policy: 'build' })).toEqual(['image.build:registry/web']);
    expect(images(named, { build: 'always' })).toEqual(['image.build:registry/web']);
  });

  it('may be old when no newer one can be pulled', () => {
    expect(images(named, {}, 'registry/web')).toEqual([]);
    expect(images({ ...named, pull_policy: 'always' }, {}, 'registry/web')).toEqual([
      'image.pull:registry/web keep',
    ]);
  });

  it('is pulled where nothing may be built', () => {
    expect(images(named, { build: 'never' })).toEqual(['image.pull:registry/web fail']);
    expect(images({ ...named, pull_policy: 'build' }, { build: 'never' })).toEqual([
      'service "web" has to be built, and --no-build was given',
    ]);
  });

  it('is nowhere else when its name is only made up here', () => {
    expect(images(nameless)).toEqual(['image.build:shop-web']);
    expect(images({ ...nameless, pull_policy: 'always' })).toEqual(['image.build:shop-web']);
    expect(images({ ...nameless, pull_policy: 'always' }, {}, 'shop-web')).toEqual([]);
    expect(images(nameless, { build: 'never' })).toEqual([
      'service "web" has to be built, and --no-build was given',
    ]);
  });

  it('is built once for all who run it', () => {
    const project = sketch({ a: { image: 'app' }, b: { image: 'app', build: { context: '/b' } as never } });
    const { steps } = plan(project, emptyWorld());
    expect(steps.flatMap((step) => (step.kind === 'image.pull' ? [step.input.otherwise?.kind] : []))).toEqual(
      ['build'],
    );
    expect(steps.find(({ id }) => id === 'container.create:a/1')?.needs).toContain('image.pull:app');
  });

  it('is for this machine when containers are made of it', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const built = (service: Record<string, unknown>) => {
      const project = sketch({ web: { ...nameless, ...service } as never });
      const [build] = plan(project, emptyWorld()).steps.filter((step) => step.kind === 'image.build');
      return build?.input.spec.platforms;
    };
    expect(built({ build: { context: '/', platforms } })).toEqual([]);
    expect(built({ build: { context: '/', platforms: ['linux/arm64'] } })).toEqual(['linux/arm64']);
    expect(built({ build: { context: '/', platforms }, platform: 'linux/arm64' })).toEqual(['linux/arm64']);
  });
});
