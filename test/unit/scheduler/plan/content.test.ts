import { describe, expect, it } from 'vitest';
import type { FileContents, Service } from '../../../../src/compose/index.ts';
import { serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ObservedState } from '../../../../src/runtime/index.ts';
import { defaultUpPolicy } from '../../../../src/scheduler/api/up.ts';
import { formatPlan, type Plan, planDown, planUp } from '../../../../src/scheduler/plan/index.ts';
import { createRandom } from '../../../support/random.ts';
import { afterwards, emptyWorld, sketch } from './world.ts';

type Settings = Readonly<Record<string, string>>;

interface World {
  readonly token?: string;
  readonly site?: string;
  readonly settings?: Settings;
  readonly service?: Partial<Omit<Service, 'depends_on' | 'networks'>>;
  readonly noRecreate?: boolean;
}

/** A service with a secret from a variable and a config that is a file. */
function planned(
  observed: ObservedState,
  world: World = {},
): { plan: Plan; after: ObservedState; text: string } {
  const { token = 'one', site = 'one', settings = {}, service = {} } = world;
  const project = sketch(
    {
      web: {
        secrets: [{ source: 'token' }],
        configs: [{ source: 'site' }],
        extensions: new Map([['x-flotilla', settings]]),
        ...service,
      },
    },
    {
      environment: new Map([['TOKEN', token]]),
      secrets: new Map([['token', { name: 'shop_token', environment: 'TOKEN' }]]),
      configs: new Map([['site', { name: 'shop_site', file: '/shop/site.conf' }]]),
    },
  );
  const contents: FileContents = new Map([['/shop/site.conf', { kind: 'known', bytes: Buffer.from(site) }]]);
  const recreate = world.noRecreate === true ? 'never' : 'diverged';
  const plan = planUp({
    project,
    observed,
    contents,
    now: 0,
    policy: { ...defaultUpPolicy, recreate },
    locate: () => undefined,
  });
  return { plan, after: afterwards(project, observed, plan), text: `\n${formatPlan(plan)}` };
}

const running = (world?: World) => planned(emptyWorld(), world).after;

describe('a content that changed', () => {
  it('makes the container anew unless the file says otherwise', () => {
    const first = running();
    expect(planned(first).plan.steps).toEqual([]);
    expect(planned(first, { token: 'two' }).text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:web/1  shop-web-1: secrets.token content changed
      container.stop:web/1  shop-web-1: secrets.token content changed <- container.create:web/1
      container.remove:web/1  shop-web-1: secrets.token content changed <- container.stop:web/1
      container.rename:web/1  shop-web-1: secrets.token content changed <- container.create:web/1, container.remove:web/1
      container.start:web/1  shop-web-1: secrets.token content changed <- container.rename:web/1
      "
    `);
    expect(planned(first, { token: 'two', site: 'two' }).plan.steps[0]?.reason).toBe(
      'configs.site content changed, secrets.token content changed',
    );
  });

  it('restarts, and is known from then on', () => {
    const settings = { on_content_change: 'restart' };
    const first = running({ settings });
    const second = planned(first, { settings, site: 'two' });
    expect(second.text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.stop:web/1  shop-web-1: configs.site content changed
      container.start:web/1  shop-web-1: configs.site content changed <- container.stop:web/1
      volume.create:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.start:web/1
      "
    `);
    expect(planned(second.after, { settings, site: 'two' }).plan.steps).toEqual([]);
    const third = planned(second.after, { settings, site: 'three' });
    expect(third.text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.stop:web/1  shop-web-1: configs.site content changed
      container.start:web/1  shop-web-1: configs.site content changed <- container.stop:web/1
      volume.remove:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.start:web/1
      volume.create:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.start:web/1, volume.remove:shop_web_note-000000000000
      "
    `);
    expect(planned(third.after, { settings, site: 'three' }).plan.steps).toEqual([]);
    expect(planned(third.after, { settings, site: 'one' }).text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.stop:web/1  shop-web-1: configs.site content changed
      container.start:web/1  shop-web-1: configs.site content changed <- container.stop:web/1
      volume.remove:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.start:web/1
      "
    `);
  });

  it('is told by a signal', () => {
    const settings = { on_content_change: 'signal', reload_signal: 'SIGUSR1' };
    const first = running({ settings });
    const second = planned(first, { settings, token: 'two' });
    expect(second.text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.signal:web/1  shop-web-1: secrets.token content changed
      volume.create:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.signal:web/1
      "
    `);
    expect(second.plan.steps[0]?.input).toMatchObject({ signal: 'SIGUSR1' });
    expect(planned(second.after, { settings, token: 'two' }).plan.steps).toEqual([]);
  });

  it('leaves alone what asked for that, and what nobody may recreate', () => {
    const first = running();
    expect(planned(first, { token: 'two', settings: { on_content_change: 'ignore' } }).plan.steps).toEqual(
      [],
    );
    expect(planned(first, { token: 'two', noRecreate: true }).plan.steps).toEqual([]);
  });

  it('is read by what starts again, which is noted', () => {
    const settings = { on_content_change: 'signal' };
    const first = running({ settings });
    const exited = {
      ...first,
      containers: first.containers.map((each) => ({ ...each, state: 'exited' as const })),
    };
    expect(planned(exited, { settings, token: 'two' }).text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.start:web/1  shop-web-1: it is exited
      volume.create:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.start:web/1
      "
    `);
    const paused = {
      ...first,
      containers: first.containers.map((each) => ({ ...each, state: 'paused' as const })),
    };
    expect(planned(paused, { settings, token: 'two' }).text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.start:web/1  shop-web-1: it is paused
      container.signal:web/1  shop-web-1: secrets.token content changed <- container.start:web/1
      volume.create:shop_web_note-000000000000  shop_web_note-000000000000: what shop-web-1 was told is noted <- container.signal:web/1
      "
    `);
  });

  it('does not matter to containers of another tool', () => {
    const first = running();
    const containers = first.containers.map((container) => {
      const { [labels.content]: _content, ...rest } = container.labels;
      return { ...container, labels: rest };
    });
    expect(planned({ ...first, containers }, { token: 'two', site: 'two' }).plan.steps).toEqual([]);
  });
});

describe('a read-only container', () => {
  const service = { read_only: true };

  it('gets what cannot be put into it from a volume, which goes with the last container that needs it', () => {
    const first = planned(emptyWorld(), { service });
    expect(first.text).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      volume.fill:web  shop_web_files-1: configs and secrets of "web" cannot be put into its containers
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- volume.fill:web, network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      "
    `);
    const second = planned(first.after, { service, token: 'two', settings: { on_content_change: 'signal' } });
    expect(second.text).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      volume.fill:web  shop_web_files-2: configs and secrets of "web" cannot be put into its containers
      container.create:web/1  shop-web-1: secrets.token content changed <- volume.fill:web
      container.stop:web/1  shop-web-1: secrets.token content changed <- container.create:web/1
      container.remove:web/1  shop-web-1: secrets.token content changed <- container.stop:web/1
      container.rename:web/1  shop-web-1: secrets.token content changed <- container.create:web/1, container.remove:web/1
      container.start:web/1  shop-web-1: secrets.token content changed <- container.rename:web/1
      volume.remove:shop_web_files-1  shop_web_files-1: no container needs it any more <- container.remove:web/1 (failure tolerated)
      "
    `);
    expect(planned(second.after, { service, token: 'two' }).plan.steps).toEqual([]);
    const down = planDown({
      projectName: first.plan.project,
      observed: second.after,
      policy: { services: new Set([serviceName('web')]), removeOrphans: false, volumes: false },
    });
    expect(`\n${formatPlan(down)}`).toMatchInlineSnapshot(`
      "
      container.stop:shop-web-1  shop-web-1: down was asked for (failure tolerated)
      container.remove:shop-web-1  shop-web-1: down was asked for <- container.stop:shop-web-1
      volume.remove:shop_web_files-2  shop_web_files-2: no container needs it any more <- container.remove:shop-web-1 (failure tolerated)
      "
    `);
  });

  it('leaves nothing behind when the run that filled its volume was killed', () => {
    const { after, plan } = planned(emptyWorld(), { service });
    const volume = after.volumes[0]?.name ?? '';
    const [container] = after.containers;
    if (container === undefined) throw new Error('there is no container');
    const helper = {
      ...container,
      name: `${volume}-helper`,
      state: 'created' as const,
      labels: { [labels.project]: 'shop', [labels.service]: 'web', [labels.hook]: 'files' },
      mounts: [{ kind: 'volume' as const, name: volume, target: '/flotilla-files' }],
    };
    const down = planDown({
      projectName: plan.project,
      observed: { ...after, containers: [helper] },
      policy: { services: new Set(), removeOrphans: false, volumes: false },
    });
    expect(`\n${formatPlan(down)}`).toMatchInlineSnapshot(`
      "
      container.remove:shop_web_files-1-helper  shop_web_files-1-helper: down was asked for
      network.remove:default  shop_default: down was asked for after container.remove:shop_web_files-1-helper (failure tolerated)
      volume.remove:shop_web_files-1  shop_web_files-1: no container needs it any more <- container.remove:shop_web_files-1-helper (failure tolerated)
      "
    `);
  });

  it('is still told of a mounted file by a signal', () => {
    const settings = { on_content_change: 'signal' };
    const first = planned(emptyWorld(), { service, settings });
    expect(planned(first.after, { service, settings, site: 'two' }).plan.steps.map(({ id }) => id)).toEqual([
      'container.signal:web/1',
      expect.stringMatching(/^volume.create:shop_web_note-/),
    ]);
  });
});

it('no plan has a content or a secret in it', () => {
  const { plan } = planned(emptyWorld(), { token: 'hunter2', site: 'my site', service: { read_only: true } });
  expect(JSON.stringify(plan)).not.toMatch(/hunter2|my site/);
});

it('every change is acted on once, whatever came before', () => {
  const random = createRandom(7);
  const words = ['one', 'two', 'three'];
  let state = emptyWorld();
  for (let turn = 0; turn < 300; turn += 1) {
    const world = {
      token: random.pick(words),
      site: random.pick(words),
      settings: { on_content_change: random.pick(['recreate', 'restart', 'signal', 'ignore']) },
      service: random.chance(0.3) ? { read_only: true } : {},
    };
    state = planned(state, world).after;
    expect(planned(state, world).plan.steps, `turn ${turn}`).toEqual([]);
    // One container, at most one note about it, at most one volume that it mounts.
    expect(state.containers).toHaveLength(1);
    expect(state.volumes.length).toBeLessThanOrEqual(2);
    if (world.settings.on_content_change === 'ignore') continue;
    // Whatever is another content now, it is known.
    const other = { ...world, token: `${world.token}!` };
    expect(planned(state, other).plan.steps, `turn ${turn}`).not.toEqual([]);
  }
});
