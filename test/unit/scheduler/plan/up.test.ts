import { describe, expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { afterwards, emptyWorld, observedImage, plan, planText, sketch } from './world.ts';

const chain = () =>
  sketch({
    db: { healthcheck: { test: ['CMD', 'true'] } },
    migrate: { depends_on: { db: { condition: 'service_healthy' } } },
    api: {
      depends_on: {
        db: { condition: 'service_healthy' },
        migrate: { condition: 'service_completed_successfully' },
      },
    },
    web: { depends_on: { api: {} } },
  });

describe('a first up', () => {
  it('creates everything at once and gates only the starts', () => {
    expect(planText(chain(), emptyWorld())).toMatchInlineSnapshot();
  });

  it('pulls a missing image beside everything else and only holds up who needs it', () => {
    const project = sketch({ db: { image: 'postgres' }, web: {} });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot();
  });

  it('refuses an image that is missing and must not be pulled', () => {
    const project = sketch({ web: { image: 'mine', pull_policy: 'never' } });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot();
  });

  it('creates as many replicas as asked for', () => {
    expect(planText(sketch({ web: { scale: 3 } }), emptyWorld())).toMatchInlineSnapshot();
  });

  it('makes a container whose namespace is shared before the one that shares it', () => {
    const project = sketch({
      app: {},
      sidecar: { network_mode: 'service:app', depends_on: { app: { restart: true } } },
    });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot();
  });

  it('only creates when nothing shall start', () => {
    expect(planText(sketch({ web: {} }), emptyWorld(), { start: false })).toMatchInlineSnapshot();
  });

  it('ends with a wait for every service when that was asked for', () => {
    const project = sketch({ db: { healthcheck: { test: ['CMD', 'true'] } }, web: {} });
    expect(planText(project, emptyWorld(), { wait: true })).toMatchInlineSnapshot();
  });

  it('waits for an optional dependency without needing its success', () => {
    const project = sketch({
      cache: {},
      web: { depends_on: { cache: { condition: 'service_healthy', required: false } } },
    });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot();
  });
});

describe('an up of what is up', () => {
  it('has nothing to do, and waits for nobody', () => {
    const project = sketch({
      db: { healthcheck: { test: ['CMD', 'true'] } },
      api: { depends_on: { db: { condition: 'service_healthy' } } },
    });
    const world = afterwards(project, emptyWorld(), plan(project, emptyWorld()));
    expect(planText(project, world)).toMatchInlineSnapshot();
  });

  it('starts what has stopped', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const stopped = {
      ...world,
      containers: world.containers.map((each) => ({ ...each, state: 'exited' as const })),
    };
    expect(planText(project, stopped)).toMatchInlineSnapshot();
  });
});

describe('a changed project', () => {
  it('replaces a changed container: successor first, the old one serves until its turn', () => {
    const world = up(sketch({ web: { command: ['old'] } }));
    expect(planText(sketch({ web: { command: ['new'] } }), world)).toMatchInlineSnapshot();
  });

  it('keeps changed containers under --no-recreate and replaces unchanged ones under --force-recreate', () => {
    const world = up(sketch({ web: { command: ['old'] } }));
    expect(plan(sketch({ web: { command: ['new'] } }), world, { recreate: 'never' }).steps).toEqual([]);
    expect(
      plan(sketch({ web: { command: ['old'] } }), world, { recreate: 'force' }).steps.map(
        (step) => step.kind,
      ),
    ).toContain('container.create');
  });

  it('replaces a container whose image moved', () => {
    const project = sketch({ web: {} });
    const world = {
      ...up(project),
      images: new Map([['busybox', observedImage('busybox', 'sha256:newer')]]),
    };
    expect(plan(project, world).steps[0]?.reason).toBe('its image busybox changed');
  });

  it('replaces those who share namespaces with what is replaced', () => {
    const sidecar = { network_mode: 'service:app', depends_on: { app: { restart: true } } };
    const world = up(sketch({ app: { command: ['old'] }, sidecar }));
    expect(planText(sketch({ app: { command: ['new'] }, sidecar }), world)).toMatchInlineSnapshot();
  });

  it('restarts a dependent that asked for it, around the replacement', () => {
    const api = { depends_on: { db: { restart: true } } };
    const world = up(sketch({ db: { command: ['old'] }, api }));
    expect(planText(sketch({ db: { command: ['new'] }, api }), world)).toMatchInlineSnapshot();
  });

  it('removes surplus replicas, the highest number first to go', () => {
    const world = up(sketch({ web: { scale: 3 } }));
    expect(planText(sketch({ web: { scale: 1 } }), world)).toMatchInlineSnapshot();
  });

  it('never fills gaps: a new replica gets the next number', () => {
    const world = up(sketch({ web: { scale: 2 } }));
    const gap = { ...world, containers: world.containers.filter((each) => each.name !== 'shop-web-1') };
    const created = plan(sketch({ web: { scale: 2 } }), gap).steps.find(
      (step) => step.kind === 'container.create',
    );
    expect(created?.resource.name).toBe('shop-web-3');
  });

  it('makes a network anew when its definition changed, around its containers', () => {
    const world = up(sketch({ web: {} }));
    const networks = new Map([['default', { name: 'shop_default', ipam: {}, internal: true }]]);
    expect(planText(sketch({ web: {} }, { networks }), world)).toMatchInlineSnapshot();
  });

  it('asks before it makes a volume anew, and keeps it when the answer is no', () => {
    const volume = { type: 'volume', source: 'data', target: '/data' } as const;
    const before = sketch(
      { db: { volumes: [volume] } },
      { volumes: new Map([['data', { name: 'shop_data' }]]) },
    );
    const after = sketch(
      { db: { volumes: [volume] } },
      { volumes: new Map([['data', { name: 'shop_data', driver_opts: new Map([['type', 'tmpfs']]) }]]) },
    );
    const world = up(before);
    expect(planText(after, world)).toMatchInlineSnapshot();
    expect(planText(after, world, { approvals: new Set(['volume.recreate:data']) })).toMatchInlineSnapshot();
    expect(plan(after, world, { refusals: new Set(['volume.recreate:data']) }).steps).toEqual([]);
  });

  it('names orphans, and removes them when that was asked for', () => {
    const world = up(sketch({ web: {}, old: {} }));
    expect(planText(sketch({ web: {} }), world)).toMatchInlineSnapshot();
    expect(planText(sketch({ web: {} }), world, { removeOrphans: true })).toMatchInlineSnapshot();
  });

  it('takes no container of a disabled profile for an orphan', () => {
    const world = up(sketch({ web: {}, debug: {} }));
    const disabledServices = sketch({ debug: {} }).services;
    expect(plan(sketch({ web: {} }, { disabledServices }), world).diagnostics).toEqual([]);
  });

  it('recreates only named services when dependencies are told apart', () => {
    const api = { depends_on: { db: {} } };
    const world = up(sketch({ db: {}, api }));
    const steps = plan(sketch({ db: {}, api }), world, {
      recreate: 'force',
      targets: new Set([serviceName('api')]),
    }).steps;
    expect(new Set(steps.map((step) => step.resource.name))).toEqual(new Set(['shop-api-1']));
  });
});

describe('an interrupted replacement', () => {
  it('removes the successor while the predecessor is there', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const [web] = world.containers;
    if (web === undefined) throw new Error('no container');
    const leftover = {
      ...web,
      id: 'f'.repeat(64) as never,
      name: '0123456789ab_shop-web-1',
      state: 'created' as const,
    };
    expect(planText(project, { ...world, containers: [leftover, web] })).toMatchInlineSnapshot();
  });

  it('gives the successor its name when the predecessor is gone', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const orphaned = world.containers.map((each) => ({
      ...each,
      name: '0123456789ab_shop-web-1',
      state: 'created' as const,
    }));
    expect(planText(project, { ...world, containers: orphaned })).toMatchInlineSnapshot();
  });
});

function up(project: ReturnType<typeof sketch>) {
  return afterwards(project, emptyWorld(), plan(project, emptyWorld()));
}
