import { describe, expect, it } from 'vitest';
import type { Project } from '../../../../src/compose/index.ts';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
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
    expect(planText(chain(), emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      container.create:migrate/1  shop-migrate-1: there is no container shop-migrate-1 <- network.create:default
      container.wait:db/1:healthy  shop-db-1: "migrate" depends on it: service_healthy <- container.start:db/1
      container.start:migrate/1  shop-migrate-1: there is no container shop-migrate-1 <- container.create:migrate/1, container.wait:db/1:healthy
      container.create:api/1  shop-api-1: there is no container shop-api-1 <- network.create:default
      container.wait:migrate/1:completed  shop-migrate-1: "api" depends on it: service_completed_successfully <- container.start:migrate/1
      container.start:api/1  shop-api-1: there is no container shop-api-1 <- container.create:api/1, container.wait:db/1:healthy, container.wait:migrate/1:completed
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1, container.start:api/1
      "
    `);
  });

  it('pulls a missing image beside everything else and only holds up who needs it', () => {
    const project = sketch({ db: { image: 'postgres' }, web: {} });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      image.pull:postgres  postgres: it is not on this machine
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default, image.pull:postgres
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      "
    `);
  });

  it('refuses an image that is missing and must not be pulled', () => {
    const project = sketch({ web: { image: 'mine', pull_policy: 'never' } });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot(`
      "
      error: No such image: mine (service "web" has pull_policy "never")
      network.create:default  shop_default: it does not exist
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      "
    `);
  });

  it('creates as many replicas as asked for', () => {
    expect(planText(sketch({ web: { scale: 3 } }), emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      container.create:web/2  shop-web-2: there is no container shop-web-2 <- network.create:default
      container.start:web/2  shop-web-2: there is no container shop-web-2 <- container.create:web/2
      container.create:web/3  shop-web-3: there is no container shop-web-3 <- network.create:default
      container.start:web/3  shop-web-3: there is no container shop-web-3 <- container.create:web/3
      "
    `);
  });

  it('makes a container whose namespace is shared before the one that shares it', () => {
    const project = sketch({
      app: {},
      sidecar: { network_mode: 'service:app', depends_on: { app: { restart: true } } },
    });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:app/1  shop-app-1: there is no container shop-app-1 <- network.create:default
      container.start:app/1  shop-app-1: there is no container shop-app-1 <- container.create:app/1
      container.create:sidecar/1  shop-sidecar-1: there is no container shop-sidecar-1 <- container.create:app/1
      container.start:sidecar/1  shop-sidecar-1: there is no container shop-sidecar-1 <- container.create:sidecar/1, container.start:app/1
      "
    `);
  });

  it('only creates when nothing shall start', () => {
    expect(planText(sketch({ web: {} }), emptyWorld(), { start: false })).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      "
    `);
  });

  it('ends with a wait for every service when that was asked for', () => {
    const project = sketch({ db: { healthcheck: { test: ['CMD', 'true'] } }, web: {} });
    expect(planText(project, emptyWorld(), { wait: true })).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      container.wait:db/1:ready  shop-db-1: waiting for it was asked for <- container.start:db/1
      container.wait:web/1:ready  shop-web-1: waiting for it was asked for <- container.start:web/1
      "
    `);
  });

  it('waits for an optional dependency without needing its success', () => {
    const project = sketch({
      cache: {},
      web: { depends_on: { cache: { condition: 'service_healthy', required: false } } },
    });
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:cache/1  shop-cache-1: there is no container shop-cache-1 <- network.create:default
      container.start:cache/1  shop-cache-1: there is no container shop-cache-1 <- container.create:cache/1
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.wait:cache/1:healthy  shop-cache-1: "web" depends on it: service_healthy <- container.start:cache/1 (failure tolerated)
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1 after container.wait:cache/1:healthy
      "
    `);
  });
});

describe('a container of which a stop was cut short', () => {
  it('is started, for it may end at any moment', () => {
    const project = sketch({ web: {}, db: {} });
    const world = emptyWorld();
    const all = afterwards(project, world, plan(project, world));
    const containers = all.containers.map((each) =>
      each.name === 'shop-web-1' ? { ...each, isStopCutShort: true as const } : each,
    );
    expect(planText(project, { ...all, containers })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-db-1 (Running)
      container.start:web/1  shop-web-1: a stop of it was cut short
      "
    `);
  });
});

describe('an up of what is up', () => {
  it('has nothing to do, and waits for nobody', () => {
    const project = sketch({
      db: { healthcheck: { test: ['CMD', 'true'] } },
      api: { depends_on: { db: { condition: 'service_healthy' } } },
    });
    const world = afterwards(project, emptyWorld(), plan(project, emptyWorld()));
    expect(planText(project, world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-db-1 (Running)
      unchanged: Container shop-api-1 (Running)
      "
    `);
  });

  it('starts what has stopped', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const stopped = {
      ...world,
      containers: world.containers.map((each) => ({ ...each, state: 'exited' as const })),
    };
    expect(planText(project, stopped)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.start:web/1  shop-web-1: it is exited
      "
    `);
  });
});

describe('a changed project', () => {
  it('replaces a changed container: successor first, the old one serves until its turn', () => {
    const world = up(sketch({ web: { command: ['old'] } }));
    expect(planText(sketch({ web: { command: ['new'] } }), world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:web/1  shop-web-1: command ["old"] -> ["new"]
      container.stop:web/1  shop-web-1: command ["old"] -> ["new"] <- container.create:web/1
      container.remove:web/1  shop-web-1: command ["old"] -> ["new"] <- container.stop:web/1
      container.rename:web/1  shop-web-1: command ["old"] -> ["new"] <- container.create:web/1, container.remove:web/1
      container.start:web/1  shop-web-1: command ["old"] -> ["new"] <- container.rename:web/1
      "
    `);
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
    expect(planText(sketch({ app: { command: ['new'] }, sidecar }), world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:app/1  shop-app-1: command ["old"] -> ["new"]
      container.stop:app/1  shop-app-1: command ["old"] -> ["new"] <- container.create:app/1 after container.stop:sidecar/1
      container.remove:app/1  shop-app-1: command ["old"] -> ["new"] <- container.stop:app/1
      container.rename:app/1  shop-app-1: command ["old"] -> ["new"] <- container.create:app/1, container.remove:app/1
      container.start:app/1  shop-app-1: command ["old"] -> ["new"] <- container.rename:app/1
      container.create:sidecar/1  shop-sidecar-1: it shares namespaces or volumes with "app", which is recreated <- container.create:app/1
      container.stop:sidecar/1  shop-sidecar-1: it shares namespaces or volumes with "app", which is recreated
      container.remove:sidecar/1  shop-sidecar-1: it shares namespaces or volumes with "app", which is recreated <- container.create:sidecar/1, container.stop:sidecar/1
      container.rename:sidecar/1  shop-sidecar-1: it shares namespaces or volumes with "app", which is recreated <- container.create:sidecar/1, container.remove:sidecar/1
      container.start:sidecar/1  shop-sidecar-1: it shares namespaces or volumes with "app", which is recreated <- container.rename:sidecar/1, container.start:app/1
      "
    `);
  });

  it('restarts a dependent that asked for it, around the replacement', () => {
    const api = { depends_on: { db: { restart: true } } };
    const world = up(sketch({ db: { command: ['old'] }, api }));
    expect(planText(sketch({ db: { command: ['new'] }, api }), world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:db/1  shop-db-1: command ["old"] -> ["new"]
      container.stop:db/1  shop-db-1: command ["old"] -> ["new"] <- container.create:db/1 after container.stop:api/1
      container.remove:db/1  shop-db-1: command ["old"] -> ["new"] <- container.stop:db/1
      container.rename:db/1  shop-db-1: command ["old"] -> ["new"] <- container.create:db/1, container.remove:db/1
      container.start:db/1  shop-db-1: command ["old"] -> ["new"] <- container.rename:db/1
      container.stop:api/1  shop-api-1: depends_on.db.restart is set and "db" is recreated
      container.start:api/1  shop-api-1: depends_on.db.restart is set and "db" is recreated <- container.stop:api/1, container.start:db/1
      "
    `);
  });

  it('lets services swap the names of their containers', () => {
    const before = sketch({ web: { container_name: 'one' }, db: { container_name: 'two' } });
    const after = sketch({ web: { container_name: 'two' }, db: { container_name: 'one' } });
    expect(planText(after, up(before))).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:web/1  two: container_name "one" -> "two"
      container.stop:web/1  one: container_name "one" -> "two"
      container.remove:web/1  one: container_name "one" -> "two" <- container.create:web/1, container.stop:web/1
      container.rename:web/1  two: container_name "one" -> "two" <- container.create:web/1, container.remove:web/1, container.remove:db/1
      container.start:web/1  two: container_name "one" -> "two" <- container.rename:web/1
      container.create:db/1  one: container_name "two" -> "one"
      container.stop:db/1  two: container_name "two" -> "one"
      container.remove:db/1  two: container_name "two" -> "one" <- container.create:db/1, container.stop:db/1
      container.rename:db/1  one: container_name "two" -> "one" <- container.create:db/1, container.remove:db/1, container.remove:web/1
      container.start:db/1  one: container_name "two" -> "one" <- container.rename:db/1
      "
    `);
  });

  it('gives the name of an orphan to its successor when the orphan is gone', () => {
    const before = sketch({ web: { container_name: 'one' } });
    const after = sketch({ server: { container_name: 'one' } });
    expect(planText(after, up(before), { removeOrphans: true })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:server/1  one: there is no container one <- container.remove:one
      container.start:server/1  one: there is no container one <- container.create:server/1
      container.stop:one  one: its service is not in the file
      container.remove:one  one: its service is not in the file <- container.stop:one
      "
    `);
  });

  it('removes surplus replicas, the highest number first to go', () => {
    const world = up(sketch({ web: { scale: 3 } }));
    expect(planText(sketch({ web: { scale: 1 } }), world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-web-1 (Running)
      container.stop:shop-web-2  shop-web-2: web is scaled to 1
      container.remove:shop-web-2  shop-web-2: web is scaled to 1 <- container.stop:shop-web-2
      container.stop:shop-web-3  shop-web-3: web is scaled to 1
      container.remove:shop-web-3  shop-web-3: web is scaled to 1 <- container.stop:shop-web-3
      "
    `);
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
    expect(planText(sketch({ web: {} }, { networks }), world)).toMatchInlineSnapshot(`
      "
      network.remove:default  shop_default: its definition changed <- network.disconnect:web/1:shop_default
      network.create:default  shop_default: its definition changed <- network.remove:default
      container.create:web/1  shop-web-1: the definition of its network shop_default changed <- network.create:default
      container.stop:web/1  shop-web-1: the definition of its network shop_default changed
      network.disconnect:web/1:shop_default  shop-web-1: the definition of its network shop_default changed <- container.stop:web/1
      container.remove:web/1  shop-web-1: the definition of its network shop_default changed <- container.create:web/1, container.stop:web/1, network.disconnect:web/1:shop_default
      container.rename:web/1  shop-web-1: the definition of its network shop_default changed <- container.create:web/1, container.remove:web/1
      container.start:web/1  shop-web-1: the definition of its network shop_default changed <- container.rename:web/1
      "
    `);
  });

  it('refuses to share the namespace of a service that is scaled to nothing', () => {
    const project = sketch({ app: { scale: 0 }, sidecar: { network_mode: 'service:app' } });
    expect(plan(project, emptyWorld()).diagnostics.map(({ message }) => message)).toEqual([
      'service "sidecar" shares namespaces or volumes with "app", which is scaled to 0',
    ]);
  });

  it('refuses to make a network anew under a running container that is no part of the run', () => {
    const both = sketch({ web: {}, db: {} });
    const networks = new Map([['default', { name: 'shop_default', ipam: {}, internal: true }]]);
    const disabledServices = new Map([...both.services].filter(([name]) => name === 'db'));
    const { diagnostics } = plan(sketch({ web: {} }, { networks, disabledServices }), up(both));
    expect(diagnostics).toMatchInlineSnapshot(`
      [
        {
          "code": "engine.conflict",
          "hint": "Run the command for all services and profiles, or stop that container first.",
          "message": "network "shop_default" must be made anew because its definition changed, but "shop-db-1" uses it and is no part of this run",
          "path": "networks.default",
          "severity": "error",
        },
      ]
    `);
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
    expect(planText(after, world)).toMatchInlineSnapshot(`
      "
      question: Volume "shop_data" exists but doesn't match configuration in compose file. Recreate (data will be lost)? [volume.recreate:data]
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-db-1 (Running)
      "
    `);
    expect(planText(after, world, { approvals: new Set(['volume.recreate:data']) })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      volume.remove:data  shop_data: its definition changed and its replacement was approved <- container.remove:db/1
      volume.create:data  shop_data: its definition changed <- volume.remove:data
      container.stop:db/1  shop-db-1: the definition of its volume shop_data changed
      container.remove:db/1  shop-db-1: the definition of its volume shop_data changed <- container.stop:db/1
      container.create:db/1  shop-db-1: the definition of its volume shop_data changed <- container.remove:db/1, volume.create:data
      container.start:db/1  shop-db-1: the definition of its volume shop_data changed <- container.create:db/1
      "
    `);
    expect(plan(after, world, { refusals: new Set(['volume.recreate:data']) }).steps).toEqual([]);
  });

  it('names orphans, and removes them when that was asked for', () => {
    const world = up(sketch({ web: {}, old: {} }));
    expect(planText(sketch({ web: {} }), world)).toMatchInlineSnapshot(`
      "
      warning: Found orphan containers ([shop-old-1]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-web-1 (Running)
      "
    `);
    expect(planText(sketch({ web: {} }), world, { removeOrphans: true })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-web-1 (Running)
      container.stop:shop-old-1  shop-old-1: its service is not in the file
      container.remove:shop-old-1  shop-old-1: its service is not in the file <- container.stop:shop-old-1
      "
    `);
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

describe('a pull policy with a period', () => {
  it('pulls an image again only when its tag is older than that', () => {
    const hour = 3_600_000;
    const project = sketch({ web: { pull_policy: 'every_12h' } });
    const image = { ...observedImage('busybox'), taggedAt: 100 * hour };
    const world = { ...emptyWorld(), images: new Map([['busybox', image]]) };
    const pulls = (now: number) =>
      plan(project, world, {}, now).steps.flatMap((step) =>
        step.kind === 'image.pull' ? [step.reason] : [],
      );
    expect(pulls(112 * hour)).toEqual([]);
    expect(pulls(112 * hour + 1)).toEqual(['pull_policy is "every_12h" and it is older']);
  });
});

describe('waiting until everything is ready', () => {
  it('does not tolerate the failure of a job that only an optional dependency waits for', () => {
    const project = sketch({
      job: {},
      web: { depends_on: { job: { condition: 'service_completed_successfully', required: false } } },
    });
    const waits = plan(project, emptyWorld(), { wait: true }).steps.filter(
      (step) => step.kind === 'container.wait',
    );
    expect(waits.map((step) => [step.id, step.onFailure])).toEqual([
      ['container.wait:job/1:completed', 'stop'],
      ['container.wait:web/1:ready', 'stop'],
    ]);
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
    expect(planText(project, { ...world, containers: [leftover, web] })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      unchanged: Container shop-web-1 (Running)
      container.remove:0123456789ab_shop-web-1  0123456789ab_shop-web-1: an interrupted run left it behind
      "
    `);
  });

  it('removes the old successor before it makes a new one, which gets the same temporary name', () => {
    const before = sketch({ web: {} });
    const world = up(before);
    const [web] = world.containers;
    if (web === undefined) throw new Error('no container');
    const leftover = {
      ...web,
      id: 'f'.repeat(64) as never,
      name: `${web.id.slice(0, 12)}_shop-web-1`,
      state: 'created' as const,
    };
    const after = sketch({ web: { command: ['changed'] } });
    expect(planText(after, { ...world, containers: [leftover, web] })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.remove:000000000000_shop-web-1  000000000000_shop-web-1: an interrupted run left it behind
      container.create:web/1  shop-web-1: command null -> ["changed"] <- container.remove:000000000000_shop-web-1
      container.stop:web/1  shop-web-1: command null -> ["changed"] <- container.create:web/1
      container.remove:web/1  shop-web-1: command null -> ["changed"] <- container.stop:web/1
      container.rename:web/1  shop-web-1: command null -> ["changed"] <- container.create:web/1, container.remove:web/1
      container.start:web/1  shop-web-1: command null -> ["changed"] <- container.rename:web/1
      "
    `);
  });

  it('gives the successor its name when the predecessor is gone', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const orphaned = world.containers.map((each) => ({
      ...each,
      name: '0123456789ab_shop-web-1',
      state: 'created' as const,
    }));
    expect(planText(project, { ...world, containers: orphaned })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.rename:web/1  shop-web-1: an interrupted run left it under a temporary name
      container.start:web/1  shop-web-1: it is created <- container.rename:web/1
      "
    `);
  });

  it('waits for the end of a container that is being removed before it makes the next one', () => {
    const project = sketch({ web: {} });
    const world = up(project);
    const containers = world.containers.map((each) => ({ ...each, state: 'removing' as const }));
    expect(planText(project, { ...world, containers })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.stop:web/1  shop-web-1: the engine is removing it
      container.remove:web/1  shop-web-1: the engine is removing it <- container.stop:web/1
      container.create:web/1  shop-web-1: the engine is removing it <- container.remove:web/1
      container.start:web/1  shop-web-1: the engine is removing it <- container.create:web/1
      "
    `);
  });

  it('leaves names alone that only look temporary', () => {
    const chosen = sketch({ web: { container_name: 'c0ffee123456_web' } });
    expect(plan(chosen, up(chosen)).steps).toEqual([]);
    const built: Project = { ...sketch({ web: {} }), name: projectName('c0ffee123456_test') };
    expect(plan(built, up(built)).steps).toEqual([]);
  });
});

function up(project: ReturnType<typeof sketch>) {
  return afterwards(project, emptyWorld(), plan(project, emptyWorld()));
}
